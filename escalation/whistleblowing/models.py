"""Rows of the sealed lane: ciphertext, public keys, and what a clock has to know.

They live in the schema `sealed` and are reached over the connection `sealed` alone, in `sealed.sealed()`. The tables
are made by SQL (migrations/sql), with the row-level security that goes with them. What stands here in clear is rounded
down to the hour; every exact time is inside a seal. People and regelingen are known by their numbers: this role cannot
read who they are.
"""

from typing import ClassVar

from django.db import models


class Sealed(models.Model):
    """Neither migrated nor followed by history: the sealed chain is the history (`chain`)."""

    class Meta:
        abstract = True
        managed = False


class Installation(Sealed):
    """One row: with what receipts are stretched, so that guessing one costs as much everywhere."""

    salt = models.BinaryField("zout")
    iterations = models.PositiveSmallIntegerField("ronden")
    memory = models.PositiveIntegerField("geheugen (KiB)")
    lanes = models.PositiveSmallIntegerField("banen")

    class Meta(Sealed.Meta):
        db_table = "installation"


class Channel(Sealed):
    """A meldkanaal; regelingen may share one (Wbk 2.4.b). Officials of municipalities only where it says so (2.6)."""

    code = models.SlugField("code", unique=True)
    name = models.CharField("naam", max_length=200)
    contact = models.TextField("bereikbaarheid", blank=True)
    external = models.TextField("externe kanalen", blank=True)
    open_to_officials = models.BooleanField("open voor ambtenaren van gemeenten", default=False)

    class Meta(Sealed.Meta):
        db_table = "channel"

    def __str__(self) -> str:
        return self.name


class ChannelScheme(Sealed):
    """A regeling has one channel."""

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="regelingen", verbose_name="meldkanaal")
    scheme_id = models.BigIntegerField("regeling", unique=True)

    class Meta(Sealed.Meta):
        db_table = "channel_scheme"


class Keyholder(Sealed):
    """A key of a person; its private half under their vault passphrase, which is not that of their account."""

    class Kind(models.TextChoices):
        HANDLER = "handler", "Behandelaar"
        DEPUTY = "deputy", "Plaatsvervanger"
        ESCROW = "escrow", "Bewaarder van de noodsleutel"

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="keyholders", verbose_name="meldkanaal")
    person_id = models.BigIntegerField("persoon")
    kind = models.CharField("soort", max_length=10, choices=Kind)
    public_key = models.BinaryField("publieke sleutel")
    salt = models.BinaryField("zout")
    wrapped = models.BinaryField("sleutel achter de wachtzin")
    iterations = models.PositiveSmallIntegerField("ronden")
    memory = models.PositiveIntegerField("geheugen (KiB)")
    lanes = models.PositiveSmallIntegerField("banen")
    enrolled_at = models.DateTimeField("aangemaakt op")
    admitted_at = models.DateTimeField("toegelaten op", null=True, blank=True)
    ended_at = models.DateTimeField("beëindigd op", null=True, blank=True)

    class Meta(Sealed.Meta):
        db_table = "keyholder"


class Report(Sealed):
    """A melding: the public half of its desk, and where its receipt leads."""

    id = models.UUIDField("nummer", primary_key=True)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="reports", verbose_name="meldkanaal")
    lookup = models.BinaryField("vindplaats", unique=True)
    talk_by_receipt = models.BinaryField("sleutel van het gesprek achter de ontvangstcode")
    desk_public = models.BinaryField("publieke sleutel van de behandeling")
    received_at = models.DateTimeField("ontvangen op")
    closed_at = models.DateTimeField("gesloten op", null=True, blank=True)
    destroy_after = models.DateField("te vernietigen na", null=True, blank=True)

    class Meta(Sealed.Meta):
        db_table = "report"


class Envelope(Sealed):
    """The private halves of a report, sealed to one keyholder. Who has none never sees that the report exists."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="envelopes", verbose_name="melding")
    holder = models.ForeignKey(Keyholder, models.PROTECT, related_name="envelopes", verbose_name="sleutelhouder")
    talk = models.BinaryField("sleutel van het gesprek")
    desk = models.BinaryField("sleutel van de behandeling")

    class Meta(Sealed.Meta):
        db_table = "envelope"


class Identity(Sealed):
    """Who reports in confidence: shut to every ordered pair of keyholders, so that nobody opens it alone (Wbk 1a)."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="identities", verbose_name="melding")
    number = models.PositiveSmallIntegerField("volgnummer")
    body = models.BinaryField("identiteit")
    envelopes = models.JSONField("enveloppen")
    peeled = models.JSONField("na de eerste laag", null=True, blank=True)

    class Meta(Sealed.Meta):
        db_table = "identity"


class Lane(models.TextChoices):
    """Who can read it: the reporter and the handlers, or the handlers only."""

    TALK = "talk", "Gesprek met de melder"
    DESK = "desk", "Behandeling"


class Message(Sealed):
    """Words in a report; who, when and what kind are inside the seal."""

    id = models.BigAutoField("nummer", primary_key=True)
    report = models.ForeignKey(Report, models.CASCADE, related_name="messages", verbose_name="melding")
    lane = models.CharField("baan", max_length=4, choices=Lane)
    body = models.BinaryField("inhoud")

    class Meta(Sealed.Meta):
        db_table = "message"
        ordering: ClassVar[list[str]] = ["id"]


class Attachment(Sealed):
    """A file in a report: its name and the key to it are inside the seal; the file itself lies beside the database."""

    id = models.UUIDField("nummer", primary_key=True)
    report = models.ForeignKey(Report, models.CASCADE, related_name="attachments", verbose_name="melding")
    lane = models.CharField("baan", max_length=4, choices=Lane)
    header = models.BinaryField("kop")
    size = models.BigIntegerField("grootte (bytes, aangevuld)")

    class Meta(Sealed.Meta):
        db_table = "attachment"


class Term(Sealed):
    """One of the two terms; a clock without keys has to see it."""

    class Kind(models.TextChoices):
        ACKNOWLEDGE = "acknowledge", "Ontvangstbevestiging"
        INFORM = "inform", "Informatie aan de melder"

    report = models.ForeignKey(Report, models.CASCADE, related_name="terms", verbose_name="melding")
    kind = models.CharField("soort", max_length=12, choices=Kind)
    due_at = models.DateTimeField("uiterlijk")
    met_at = models.DateTimeField("gehaald op", null=True, blank=True)
    warned_at = models.DateTimeField("herinnerd op", null=True, blank=True)
    missed_at = models.DateTimeField("gemist op", null=True, blank=True)

    class Meta(Sealed.Meta):
        db_table = "term"


class Visit(Sealed):
    """An open session: a private key boxed under a token that only the browser has. `token` is its hash.

    Of a reporter it is shut in there too which report it is: the row says that somebody came, perhaps with no receipt.
    """

    token = models.BinaryField("afdruk van het bewijs", primary_key=True)
    holder = models.ForeignKey(Keyholder, models.CASCADE, null=True, blank=True, verbose_name="sleutelhouder")
    wrapped = models.BinaryField("sleutel")
    expires_at = models.DateTimeField("verloopt op")

    class Meta(Sealed.Meta):
        db_table = "visit"


class Notice(Sealed):
    """There is something for this keyholder to do; what, only they can read."""

    id = models.BigAutoField("nummer", primary_key=True)
    holder = models.ForeignKey(Keyholder, models.CASCADE, related_name="notices", verbose_name="sleutelhouder")
    at = models.DateTimeField("op")
    mailed_at = models.DateTimeField("gemaild op", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("pogingen", default=0)
    seen_at = models.DateTimeField("gezien op", null=True, blank=True)

    class Meta(Sealed.Meta):
        db_table = "notice"


class Proposal(Sealed):
    """What takes two persons."""

    class Kind(models.TextChoices):
        IDENTITY = "identity", "Identiteit inzien"
        DESTROY = "destroy", "Melding vernietigen"
        RECOVER = "recover", "Sleutel herstellen"
        REMOVE = "remove", "Behandelaar verwijderen"

    id = models.BigAutoField("nummer", primary_key=True)
    report = models.ForeignKey(Report, models.CASCADE, null=True, blank=True, verbose_name="melding")
    holder = models.ForeignKey(Keyholder, models.CASCADE, null=True, blank=True, verbose_name="over sleutelhouder")
    kind = models.CharField("soort", max_length=10, choices=Kind)
    asked_by = models.ForeignKey(Keyholder, models.CASCADE, related_name="asked", verbose_name="gevraagd door")
    asked_at = models.DateTimeField("gevraagd op")
    approved_by = models.ForeignKey(
        Keyholder, models.CASCADE, null=True, blank=True, related_name="approved", verbose_name="goedgekeurd door"
    )
    approved_at = models.DateTimeField("goedgekeurd op", null=True, blank=True)
    body = models.BinaryField("inhoud", default=b"")

    class Meta(Sealed.Meta):
        db_table = "proposal"


class Act(Sealed):
    """A sealed act, in one chain with all others and with heartbeats that look the same (`chain`)."""

    seq = models.BigIntegerField("volgnummer", primary_key=True)
    slot = models.DateTimeField("tijdvak")
    tag = models.BinaryField("plaats", unique=True)
    body = models.BinaryField("inhoud")
    prev = models.BinaryField("afdruk van de vorige")
    hash = models.BinaryField("afdruk")

    class Meta(Sealed.Meta):
        db_table = "act"


class Tally(Sealed):
    """What is left to tell of a year when the reports are gone; told in bands only (`rules.bands`)."""

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="tallies", verbose_name="meldkanaal")
    year = models.PositiveSmallIntegerField("jaar")
    received = models.PositiveIntegerField("ontvangen", default=0)
    acknowledged_late = models.PositiveIntegerField("te laat bevestigd", default=0)
    informed_late = models.PositiveIntegerField("te laat geïnformeerd", default=0)
    destroyed = models.PositiveIntegerField("vernietigd", default=0)

    class Meta(Sealed.Meta):
        db_table = "tally"


class Certificate(Sealed):
    """That a report was destroyed with its keys, by which two persons; of what it was about, nothing."""

    id = models.BigAutoField("nummer", primary_key=True)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="certificates", verbose_name="meldkanaal")
    body = models.JSONField("verklaring")
    at = models.DateTimeField("op")

    class Meta(Sealed.Meta):
        db_table = "certificate"
