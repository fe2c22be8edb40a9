"""The external channels that may be told at once, without reporting here first (Wbk art. 2c). What for, and where."""

AUTHORITIES = [
    ("Huis voor Klokkenluiders", "advies, en onderzoek waar geen andere autoriteit over gaat",
     "https://www.huisvoorklokkenluiders.nl/"),
    ("Autoriteit Consument en Markt (ACM)", "concurrentie, consumenten, energie, vervoer", "https://www.acm.nl/"),
    ("Autoriteit Financiële Markten (AFM)", "financiële markten en producten", "https://www.afm.nl/"),
    ("Autoriteit Persoonsgegevens (AP)", "persoonsgegevens", "https://www.autoriteitpersoonsgegevens.nl/"),
    ("De Nederlandsche Bank (DNB)", "banken, verzekeraars en pensioenfondsen", "https://www.dnb.nl/"),
    ("Inspectie Gezondheidszorg en Jeugd (IGJ)", "zorg, jeugdhulp en geneesmiddelen", "https://www.igj.nl/"),
    ("Nederlandse Zorgautoriteit (NZa)", "geld en declaraties in de zorg", "https://www.nza.nl/"),
    ("Autoriteit Nucleaire Veiligheid en Stralingsbescherming (ANVS)", "straling en nucleaire veiligheid",
     "https://www.autoriteitnvs.nl/"),
]  # fmt: skip
