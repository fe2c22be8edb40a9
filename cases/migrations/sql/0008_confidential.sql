-- A confidential case stands in the lists of those who were admitted to it, and in no others. Any other escalation in
-- those of the case that it is about.
CREATE OR REPLACE FUNCTION cases_project_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NOT NEW.confidential THEN
      INSERT INTO cases_caseaccess (scope, state, case_id)
        VALUES ('scheme/' || NEW.scheme_id, NEW.state, NEW.id),
               ('organisation/' || NEW.organisation_id, NEW.state, NEW.id);
    END IF;
    IF NEW.kind = 'escalation' AND NOT NEW.confidential THEN
      INSERT INTO cases_caseaccess (scope, state, case_id)
        SELECT a.scope, NEW.state, NEW.id FROM cases_caseaccess a WHERE a.case_id = NEW.parent_id
        ON CONFLICT DO NOTHING;
    END IF;
  ELSIF NEW.state <> OLD.state THEN
    UPDATE cases_caseaccess SET state = NEW.state WHERE case_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION cases_project_admission() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO cases_caseaccess (scope, state, case_id)
    SELECT coalesce('position/' || NEW.position_id, 'self/' || NEW.person_id), c.state, c.id
      FROM cases_case c WHERE c.id = NEW.case_id
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER project_admission AFTER INSERT ON cases_admission
  FOR EACH ROW EXECUTE FUNCTION cases_project_admission();
