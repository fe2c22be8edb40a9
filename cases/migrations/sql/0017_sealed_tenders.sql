-- Nothing comes in but while a desk is open, by the one clock (ADR 34). The code asks the same, so as to say it in words.
CREATE FUNCTION cases_desk_is_open() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM cases_tenderdesk d JOIN cases_procurement p ON p.case_id = d.procurement_id
     WHERE d.id = NEW.desk_id AND d.mode = 'sealed' AND d.round = p.round AND d.opened_at IS NULL
       AND p.published_at <= app_now() AND app_now() < p.closing_at)
  THEN
    RAISE EXCEPTION 'The desk is closed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION cases_desk_is_open() FROM PUBLIC;
CREATE TRIGGER desk_is_open BEFORE INSERT ON cases_sealedtender FOR EACH ROW EXECUTE FUNCTION cases_desk_is_open();

-- A score that was handed in, what was agreed on it and the ranking that came of it stay as they are.
CREATE FUNCTION cases_frozen() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% is frozen', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
REVOKE EXECUTE ON FUNCTION cases_frozen() FROM PUBLIC;
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON cases_score FOR EACH ROW EXECUTE FUNCTION cases_frozen();
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON cases_agreedscore FOR EACH ROW EXECUTE FUNCTION cases_frozen();
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON cases_assessment FOR EACH ROW EXECUTE FUNCTION cases_frozen();
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON cases_ranking FOR EACH ROW EXECUTE FUNCTION cases_frozen();
