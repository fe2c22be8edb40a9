-- What follows a commission (a procurement, its contracts, an evaluation) stands in the lists of everybody who has the
-- case that it hangs under in theirs; who joins the commission later, finds it from then on.
CREATE OR REPLACE FUNCTION cases_project_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NOT NEW.confidential THEN
      INSERT INTO cases_caseaccess (scope, state, case_id)
        VALUES ('scheme/' || NEW.scheme_id, NEW.state, NEW.id),
               ('organisation/' || NEW.organisation_id, NEW.state, NEW.id)
        ON CONFLICT DO NOTHING;
    END IF;
    IF NEW.kind NOT IN ('commission', 'amendment') AND NOT NEW.confidential THEN
      INSERT INTO cases_caseaccess (scope, state, case_id)
        SELECT a.scope, NEW.state, NEW.id FROM cases_caseaccess a WHERE a.case_id = NEW.parent_id
        ON CONFLICT DO NOTHING;
    END IF;
  ELSIF NEW.state <> OLD.state THEN
    UPDATE cases_caseaccess SET state = NEW.state WHERE case_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION cases_project_share() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO cases_caseaccess (scope, state, case_id)
    SELECT 'organisation/' || NEW.organisation_id, c.state, c.id FROM cases_case c
      WHERE c.id = NEW.commission_id
         OR (c.subject_id = NEW.commission_id AND NOT c.confidential
             AND c.kind NOT IN ('amendment', 'escalation'))
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
