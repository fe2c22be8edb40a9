-- Lock the root of the case, then the case itself (in that order: no deadlocks between a case and its sub-cases), and
-- begin an act. It says of what kind the case is, so that the next statement knows where its content lies. No row:
-- there is no such case.
DROP FUNCTION workflow_lock(bigint, integer);
CREATE FUNCTION workflow_lock(wanted bigint, account integer, OUT act bigint, OUT moment timestamptz, OUT kind text)
LANGUAGE plpgsql AS $$
DECLARE root bigint; sort text;
BEGIN
  SELECT coalesce(c.root_id, c.id), c.kind INTO root, sort FROM cases_case c WHERE c.id = wanted;
  IF NOT FOUND THEN RETURN; END IF;
  PERFORM FROM cases_case c WHERE c.id = root FOR UPDATE;
  IF root <> wanted THEN
    PERFORM FROM cases_case c WHERE c.id = wanted FOR UPDATE;
  END IF;
  act := audit_open(account);
  moment := app_now();
  kind := sort;
END $$;
