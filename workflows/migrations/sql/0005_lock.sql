-- Lock the root of the case, then the case itself (in that order: no deadlocks between a case and its sub-cases), and
-- begin an act. It says of what kind the case is, so that the next statement knows where its content lies. No row:
-- there is no such case.
DROP FUNCTION workflow_lock(bigint, integer);
CREATE FUNCTION workflow_lock(wanted bigint, account integer, OUT act bigint, OUT moment timestamptz, OUT kind text)
LANGUAGE plpgsql AS $$
DECLARE root bigint := wanted; above bigint; sort text; own text;
BEGIN
  LOOP
    SELECT c.parent_id, c.kind INTO above, sort FROM cases_case c WHERE c.id = root;
    IF NOT FOUND THEN RETURN; END IF;
    own := coalesce(own, sort);
    EXIT WHEN above IS NULL;
    root := above;
  END LOOP;
  PERFORM FROM cases_case c WHERE c.id = root FOR UPDATE;
  IF root <> wanted THEN
    PERFORM FROM cases_case c WHERE c.id = wanted FOR UPDATE;
  END IF;
  act := audit_open(account);
  moment := app_now();
  kind := own;
END $$;
