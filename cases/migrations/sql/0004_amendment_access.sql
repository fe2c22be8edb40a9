-- A change of a commission stands in the lists of everybody whose share it names: who takes part, and who joins.
CREATE FUNCTION cases_project_proposed_share() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO cases_caseaccess (scope, state, case_id)
    SELECT 'organisation/' || NEW.organisation_id, c.state, c.id FROM cases_case c WHERE c.id = NEW.amendment_id
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER project_proposed_share AFTER INSERT ON cases_proposedshare
  FOR EACH ROW EXECUTE FUNCTION cases_project_proposed_share();
