-- In whose lists a case stands: the regeling, the municipality that submitted it, and those that take part.
-- Only these triggers write the projection: the application may not (`written_by_triggers`).

CREATE FUNCTION cases_project_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO cases_caseaccess (scope, state, case_id)
      VALUES ('scheme/' || NEW.scheme_id, NEW.state, NEW.id), ('organisation/' || NEW.organisation_id, NEW.state, NEW.id);
  ELSIF NEW.state <> OLD.state THEN
    UPDATE cases_caseaccess SET state = NEW.state WHERE case_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER project_case AFTER INSERT OR UPDATE ON cases_case FOR EACH ROW EXECUTE FUNCTION cases_project_case();

-- Who once took part keeps seeing the case, also after leaving it.
CREATE FUNCTION cases_project_share() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO cases_caseaccess (scope, state, case_id)
    SELECT 'organisation/' || NEW.organisation_id, c.state, c.id FROM cases_case c WHERE c.id = NEW.commission_id
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER project_share AFTER INSERT ON cases_share FOR EACH ROW EXECUTE FUNCTION cases_project_share();

