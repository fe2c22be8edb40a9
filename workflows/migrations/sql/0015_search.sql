-- As before; and a signal of policy is found by its words and its domain.
CREATE OR REPLACE FUNCTION cases_search_keys(c cases_case) RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT ARRAY['era/' || cases_era(c.id), 'state/' || c.state, 'phase/' || c.phase, 'from/' || c.organisation_id]
      || ARRAY(SELECT a.scope::text FROM cases_caseaccess a WHERE a.case_id = c.id)
      || ARRAY(SELECT 'domain/' || m.domain FROM cases_commission m WHERE m.case_id IN (c.id, c.subject_id))
      || ARRAY(SELECT 'domain/' || m.domain FROM cases_policysignal m WHERE m.case_id IN (c.id, c.subject_id))
$$;

CREATE OR REPLACE FUNCTION cases_search_index(wanted bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
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
        FROM cases_amendment a WHERE a.case_id = c.id
      UNION ALL
      SELECT e.reason_id FROM escalation_escalation e WHERE e.case_id = c.id
      UNION ALL
      SELECT unnest(ARRAY[s.change_id, s.effect_id, s.source_id, s.advice_id])
        FROM cases_policysignal s WHERE s.case_id = c.id);
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

CREATE OR REPLACE FUNCTION cases_search_act() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE wanted bigint := substring(NEW.chain FROM 6);
BEGIN
  IF NEW.changes ~ '(?n)^(cases_((commission|amendment|share|proposedshare|document|seat|admission|policysignal) |case \d+ \+)|escalation_escalation )' THEN
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
