-- Full-text search over cases: which words lead to which case, and how one looks (ADR 22).
-- Only these functions write cases_searchentry: the application may not (`written_by_triggers`).

-- Dutch stems; coöperatie is found as cooperatie. And words as they were written, for who has not finished typing.
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE TEXT SEARCH CONFIGURATION dutch_stems (COPY = dutch);
ALTER TEXT SEARCH CONFIGURATION dutch_stems ALTER MAPPING FOR hword, hword_part, word WITH unaccent, dutch_stem;
CREATE TEXT SEARCH CONFIGURATION whole_words (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION whole_words ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;

-- A slash makes a key, so it never comes out of a text: nobody writes a case into another's sight.
CREATE FUNCTION cases_stems(content text, weight "char") RETURNS tsvector LANGUAGE sql IMMUTABLE
  AS $$ SELECT setweight(to_tsvector('public.dutch_stems', translate(coalesce(content, ''), '/\', '  ')), weight) $$;
CREATE FUNCTION cases_whole_words(content text, weight "char") RETURNS tsvector LANGUAGE sql IMMUTABLE
  AS $$ SELECT setweight(to_tsvector('public.whole_words', translate(coalesce(content, ''), '/\', '  ')), weight) $$;

-- OPD-2026-0012 is found whole, as 2026-0012, 0012 and 12; with all others as OPD-2026 and 2026.
CREATE FUNCTION cases_number_words(number text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
  SELECT string_agg(quote_literal(part) || ':1A', ' ')::tsvector
    FROM (SELECT lower(number) AS n) AS given, LATERAL (
      VALUES (n), (substring(n FROM '-(.*)$')), (substring(n FROM '([^-]+)$')), (substring(n FROM '^(.*)-')),
             (substring(n FROM '(?:^|-)0*([1-9][0-9]*)$')), (substring(n FROM '-(.*)-'))) AS parts(part)
   WHERE part <> ''
$$;

-- One place in the order of cases for each 2048 of them: who asks for the newest looks there first.
CREATE FUNCTION cases_era(number bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT number >> 11';

-- Where and how a case stands.
CREATE FUNCTION cases_search_keys(c cases_case) RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT ARRAY['era/' || cases_era(c.id), 'state/' || c.state, 'phase/' || c.phase, 'from/' || c.organisation_id]
      || ARRAY(SELECT a.scope::text FROM cases_caseaccess a WHERE a.case_id = c.id)
      || ARRAY(SELECT 'domain/' || m.domain FROM cases_commission m WHERE m.case_id IN (c.id, c.parent_id))
$$;

-- Who acted in a case, was named in it, or had a seat in a body that decided.
CREATE FUNCTION cases_search_people(c cases_case) RETURNS tsvector LANGUAGE sql STABLE AS $$
  SELECT coalesce(string_agg(DISTINCT quote_literal(who) || ':1B', ' '), '')::tsvector FROM (
    SELECT a.actor FROM audit_act a WHERE a.chain = 'case/' || c.id AND a.actor LIKE 'person/%'
    UNION ALL
    SELECT 'person/' || p.person_id FROM roles_appointment p WHERE p.id IN (
      SELECT unnest(ARRAY[m.board_client_id, m.official_client_id, m.owner_id, m.project_lead_id])
        FROM cases_commission m WHERE m.case_id = c.id
      UNION ALL
      SELECT s.appointment_id FROM cases_seat s JOIN cases_ballot b ON b.id = s.ballot_id WHERE b.case_id = c.id)
  ) AS found(who)
$$;

-- The titles of its documents of these levels; null where it has none.
CREATE FUNCTION cases_search_papers(c cases_case, levels text[]) RETURNS tsvector LANGUAGE sql STABLE AS $$
  SELECT cases_stems(titles, 'B') || cases_whole_words(titles, 'B') FROM (
    SELECT string_agg(t.content, ' . ') FROM cases_document d JOIN audit_text t ON t.id = d.title_id
     WHERE d.case_id = c.id AND d.classification = ANY (levels) HAVING count(*) > 0) AS found(titles)
$$;

-- All rows of one case anew.
CREATE FUNCTION cases_search_index(wanted bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE
  c cases_case;
  shared tsvector;
  confidential tsvector;
  secret tsvector;
BEGIN
  SELECT * INTO c FROM cases_case WHERE id = wanted;
  IF NOT FOUND THEN RETURN; END IF;
  SELECT cases_stems(t.content, 'A') || cases_whole_words(t.content, 'A') INTO shared
    FROM audit_text t WHERE t.id = c.title_id;
  SELECT shared || cases_stems(string_agg(t.content, ' . '), 'C') INTO shared FROM audit_text t
   WHERE t.id IN (
      SELECT unnest(ARRAY[m.occasion_id, m.aim_id, m.target_group_id, m.intended_result_id, m.risks_id])
        FROM cases_commission m WHERE m.case_id = c.id
      UNION ALL
      SELECT unnest(ARRAY[a.reason_id, a.aim_id, a.target_group_id, a.intended_result_id, a.risks_id])
        FROM cases_amendment a WHERE a.case_id = c.id);
  shared := shared || cases_number_words(c.number) || cases_search_people(c)
    || coalesce(cases_search_papers(c, '{public,internal}'), '') || array_to_tsvector(cases_search_keys(c));
  confidential := shared || cases_search_papers(c, '{confidential}');
  secret := coalesce(confidential, shared) || cases_search_papers(c, '{secret}');
  INSERT INTO cases_searchentry AS e (case_id, level, vector)
    SELECT c.id, v.level, v.words || array_to_tsvector(ARRAY['level/' || v.level])
      FROM (VALUES ('internal', shared), ('confidential', confidential), ('secret', secret)) AS v(level, words)
     WHERE v.words IS NOT NULL
    ON CONFLICT (case_id, level) DO UPDATE SET vector = EXCLUDED.vector WHERE e.vector <> EXCLUDED.vector;
  DELETE FROM cases_searchentry e WHERE e.case_id = c.id
    AND (e.level = 'confidential' AND confidential IS NULL OR e.level = 'secret' AND secret IS NULL);
END $$;

-- After each act: everything anew where it changed words, papers or who takes part; else who acted and how it stands.
CREATE FUNCTION cases_search_act() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE wanted bigint := substring(NEW.chain FROM 6);
BEGIN
  IF NEW.changes ~ '(?n)^cases_((commission|amendment|share|proposedshare|document|seat) |case \d+ \+)' THEN
    PERFORM cases_search_index(wanted);
    RETURN NULL;
  END IF;
  UPDATE cases_searchentry e
     SET vector = ts_delete(e.vector, ARRAY(
             SELECT k FROM unnest(tsvector_to_array(e.vector)) AS k WHERE k ^@ 'state/' OR k ^@ 'phase/'))
         || array_to_tsvector(ARRAY['state/' || c.state, 'phase/' || c.phase])
         || CASE WHEN NEW.actor ^@ 'person/' THEN (quote_literal(NEW.actor) || ':1B')::tsvector ELSE '' END
    FROM cases_case c
   WHERE c.id = wanted AND e.case_id = wanted AND NOT e.vector @@ (
      quote_literal('state/' || c.state) || ' & ' || quote_literal('phase/' || c.phase)
      || CASE WHEN NEW.actor ^@ 'person/' THEN ' & ' || quote_literal(NEW.actor) ELSE '' END)::tsquery;
  RETURN NULL;
END $$;
CREATE TRIGGER search AFTER INSERT ON audit_act FOR EACH ROW WHEN (NEW.chain ^@ 'case/')
  EXECUTE FUNCTION cases_search_act();

-- A text that was destroyed is forgotten in the same statement. Names of people and organisations are in no vector:
-- they are looked up when somebody asks.
CREATE FUNCTION cases_search_forget() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM cases_search_index(substring(NEW.chain FROM 6)::bigint);
  RETURN NULL;
END $$;
CREATE TRIGGER search_forget AFTER UPDATE OF content ON audit_text FOR EACH ROW
  WHEN (NEW.content IS NULL AND NEW.chain ^@ 'case/') EXECUTE FUNCTION cases_search_forget();

REVOKE EXECUTE ON FUNCTION cases_search_index, cases_search_act, cases_search_forget FROM PUBLIC;

-- One word that somebody typed, as the index is asked for it: its stem; words that begin so, for who is still typing;
-- and people and organisations of that name. Nothing for a word that says nothing, as "de".
CREATE FUNCTION cases_asked(word text, beginning boolean, is_number boolean) RETURNS tsquery
LANGUAGE plpgsql STABLE AS $$
DECLARE
  asked tsquery := plainto_tsquery('public.dutch_stems', word);
  named text := '% ' || replace(word, '\', '') || CASE WHEN beginning THEN '%' ELSE ' %' END;
BEGIN
  IF numnode(asked) = 0 THEN RETURN asked; END IF;
  IF is_number THEN asked := quote_literal(word)::tsquery; END IF;
  IF beginning THEN asked := asked || (quote_literal(word) || ':*')::tsquery; END IF;
  IF is_number OR length(word) < 2 THEN RETURN asked; END IF;
  RETURN asked || coalesce((
    SELECT string_agg(quote_literal(key), ' | ')::tsquery FROM (
      (SELECT 'person/' || p.id FROM roles_person p JOIN audit_text t ON t.id = p.name_id
        WHERE ' ' || translate(lower(unaccent(t.content)), '-', ' ') || ' ' LIKE named ORDER BY p.id LIMIT 50)
      UNION ALL
      (SELECT 'organisation/' || o.id FROM roles_organisation o
        WHERE ' ' || translate(lower(unaccent(o.name)), '-', ' ') || ' ' LIKE named ORDER BY o.id LIMIT 50)
    ) AS found(key)), ''::tsquery);
END $$;

-- The newest cases (or the oldest) that an index query finds, `most` at most. However many match, few are read: the two
-- newest eras tell how many there may be; then all at once if that is not much, and else era after era until there are
-- enough. seqscan: the server cannot know how rare words are in somebody's own cases, so it keeps to their index.
CREATE FUNCTION cases_matching(asked tsquery, most integer, oldest_first boolean DEFAULT false)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE STRICT
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
  newest bigint := cases_era((SELECT max(case_id) FROM cases_searchentry));
  era tsquery;
  found bigint[] := '{}';
  rows bigint[];
BEGIN
  FOR nth IN 0 .. coalesce(newest, -1) LOOP
    era := quote_literal('era/' || CASE WHEN oldest_first THEN nth ELSE newest - nth END);
    found := found || ARRAY(SELECT DISTINCT e.case_id FROM cases_searchentry e WHERE e.vector @@ (asked && era));
    EXIT WHEN cardinality(found) >= most;
    IF nth = 1 AND cardinality(found) * (newest + 1) / 2 <= 3 * most THEN
      rows := ARRAY(SELECT e.case_id FROM cases_searchentry e WHERE e.vector @@ asked LIMIT 6 * most + 1);
      IF cardinality(rows) <= 6 * most THEN
        found := ARRAY(SELECT DISTINCT unnest(rows));
        EXIT;
      END IF;
    END IF;
  END LOOP;
  IF oldest_first THEN
    RETURN QUERY SELECT unnest(found) ORDER BY 1 LIMIT most;
  ELSE
    RETURN QUERY SELECT unnest(found) ORDER BY 1 DESC LIMIT most;
  END IF;
END $$;

SELECT cases_search_index(id) FROM cases_case;
