-- As before, but a lock that a foreign key does not wait for: whoever writes of a case without moving it (a reminder) may
-- hold a row that the move wants, and would wait at its commit for the case that the move has locked.
CREATE OR REPLACE FUNCTION workflow_lock(
  wanted bigint, account integer, OUT act bigint, OUT moment timestamptz, OUT kind text
) LANGUAGE plpgsql AS $$
DECLARE root bigint := wanted; above bigint; sort text; own text;
BEGIN
  LOOP
    SELECT c.parent_id, c.kind INTO above, sort FROM cases_case c WHERE c.id = root;
    IF NOT FOUND THEN RETURN; END IF;
    own := coalesce(own, sort);
    EXIT WHEN above IS NULL;
    root := above;
  END LOOP;
  PERFORM FROM cases_case c WHERE c.id = root FOR NO KEY UPDATE;
  IF root <> wanted THEN
    PERFORM FROM cases_case c WHERE c.id = wanted FOR NO KEY UPDATE;
  END IF;
  act := audit_open(account);
  moment := app_now();
  kind := own;
END $$;
