-- These run as the owner; the role of the sealed lane is to reach nothing of cases, by these neither.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rolzuiver_app') THEN
    CREATE ROLE rolzuiver_app LOGIN;
  END IF;
END $$;
REVOKE EXECUTE ON FUNCTION cases_take_recounts, cases_put_facts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cases_take_recounts, cases_put_facts TO rolzuiver_app;
