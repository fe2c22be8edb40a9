-- The criteria of a commission are frozen once it was granted (domain §5.3): from then on they are only annotated. What
-- the history of the case says counts, so that a state that is changed back opens nothing. The case is locked, so that
-- nothing slips in while it is being granted.
CREATE FUNCTION cases_freeze_criterion() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE
  about bigint[] := CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.commission_id]
                               WHEN 'DELETE' THEN ARRAY[OLD.commission_id]
                               ELSE ARRAY[OLD.commission_id, NEW.commission_id] END;
BEGIN
  PERFORM FROM cases_case WHERE id = ANY (about) ORDER BY id FOR NO KEY UPDATE;
  IF EXISTS (SELECT FROM cases_historicalcase h WHERE h.id = ANY (about) AND h.state = 'granted') THEN
    RAISE EXCEPTION 'The criteria of a granted commission are frozen' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
REVOKE EXECUTE ON FUNCTION cases_freeze_criterion() FROM PUBLIC;
CREATE TRIGGER freeze_criterion BEFORE INSERT OR UPDATE OR DELETE ON cases_criterion
  FOR EACH ROW EXECUTE FUNCTION cases_freeze_criterion();
