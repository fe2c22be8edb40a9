-- What a step of a flow needs from the database in one go; called by workflows/sql.py and by nothing else.

-- Lock the root of the case, then the case itself (in that order: no deadlocks between a case and its sub-cases), and
-- begin an act. No row: there is no such case.
CREATE FUNCTION workflow_lock(wanted bigint, account integer, OUT act bigint, OUT moment timestamptz)
LANGUAGE plpgsql AS $$
DECLARE root bigint := wanted; above bigint;
BEGIN
  LOOP
    SELECT c.parent_id INTO above FROM cases_case c WHERE c.id = root;
    IF NOT FOUND THEN RETURN; END IF;
    EXIT WHEN above IS NULL;
    root := above;
  END LOOP;
  PERFORM FROM cases_case c WHERE c.id = root FOR UPDATE;
  IF root <> wanted THEN
    PERFORM FROM cases_case c WHERE c.id = wanted FOR UPDATE;
  END IF;
  act := audit_open(account);
  moment := app_now();
END $$;

-- Tasks that were done, with their deadlines, and tasks that came of it. One by one: joined to a set, whose size the
-- server can only guess at, they would be sought by reading the whole table.
CREATE FUNCTION workflow_write(running bigint, done jsonb, fresh jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE d record;
BEGIN
  FOR d IN
    SELECT * FROM jsonb_to_recordset(done) AS x(id bigint, status text, outcome text, owner integer, finished timestamptz)
  LOOP
    UPDATE workflows_casetask t
      SET status = d.status, outcome = d.outcome, owner_id = coalesce(d.owner, t.owner_id), finished = d.finished
      WHERE t.id = d.id;
    UPDATE escalation_deadline e SET state = 'ended' WHERE e.task = d.id AND e.state IN ('armed', 'suspended');
  END LOOP;
  IF jsonb_array_length(fresh) = 0 THEN RETURN; END IF;
  INSERT INTO workflows_casetask (
      id, process_id, case_id, flow_task, flow_task_type, status, created, finished, token, position_id, seat_id,
      organisation_id, host_id, part, outcome, owner_id, target, due_at, data)
    SELECT f.id, running, f."case", f.flow_task, f.type, f.status, f.created, f.finished, f.token, f.position, f.seat,
      f.organisation, f.host, f.part, f.outcome, f.owner, f.target, f.due, '{}'
    FROM jsonb_to_recordset(fresh) AS f(
      id bigint, "case" bigint, flow_task text, type text, status text, created timestamptz, finished timestamptz,
      token text, position bigint, seat bigint, organisation bigint, host bigint, part text, outcome text,
      owner integer, target date, due timestamptz);
  INSERT INTO workflows_casetask_previous (from_casetask_id, to_casetask_id)
    SELECT f.id, f.previous FROM jsonb_to_recordset(fresh) AS f(id bigint, previous bigint)
    WHERE f.previous IS NOT NULL;
END $$;

-- Somebody has to hear of a task, and a timed one has a deadline of its own.
CREATE FUNCTION workflow_announce(on_case bigint, announced jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF jsonb_array_length(announced) = 0 THEN RETURN; END IF;
  INSERT INTO escalation_deadline (case_id, task, effect, state, starts_at, target, due_at)
    SELECT on_case, a.id, 'term', 'armed', app_now(), a.target, a.due
    FROM jsonb_to_recordset(announced) AS a(id bigint, target date, due timestamptz, timed boolean)
    WHERE a.timed;
  INSERT INTO escalation_notice (case_id, task, template, position_id, seat_id, created_at)
    SELECT on_case, a.id, 'task_ready', a.position, a.seat, app_now()
    FROM jsonb_to_recordset(announced) AS a(id bigint, position bigint, seat bigint)
    WHERE a.position IS NOT NULL OR a.seat IS NOT NULL;
END $$;

-- Opschorten: what is left of each running term is kept; hervatten: it starts to run again, and dates move.
CREATE FUNCTION workflow_stop_clocks(on_case bigint) RETURNS void LANGUAGE sql AS $$
  UPDATE escalation_deadline SET state = 'suspended', remaining = due_at - app_now()
    WHERE case_id = on_case AND state = 'armed'
$$;
CREATE FUNCTION workflow_start_clocks(on_case bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE escalation_deadline d
    SET state = 'armed', due_at = app_now() + d.remaining, remaining = NULL, claimed_at = NULL,
        target = ((app_now() + d.remaining) AT TIME ZONE 'Europe/Amsterdam')::date
    WHERE d.case_id = on_case AND d.state = 'suspended';
  UPDATE workflows_casetask t SET target = d.target, due_at = d.due_at
    FROM escalation_deadline d WHERE d.task = t.id AND d.case_id = on_case AND d.state = 'armed' AND d.effect = 'term'
      AND t.finished IS NULL;
  UPDATE workflows_casetask t SET target = d.target, due_at = d.due_at
    FROM escalation_deadline d WHERE d.task = t.host_id AND d.case_id = on_case AND d.state = 'armed'
      AND d.effect = 'round' AND t.part = 'vote' AND t.finished IS NULL;
  UPDATE cases_ballot b SET closes_at = d.due_at
    FROM escalation_deadline d WHERE d.task = b.task AND d.case_id = on_case AND d.state = 'armed'
      AND d.effect = 'round' AND b.state = 'voting';
END $$;

-- Everything that a step leaves behind besides its domain rows: tasks, deadlines, messages, the phase that the case
-- came into (null: it stays), evidence.
CREATE FUNCTION workflow_close(
  running bigint, on_case bigint, into_phase text, done jsonb, fresh jsonb, announced jsonb, e jsonb
) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  IF into_phase IS NOT NULL THEN
    UPDATE cases_case c SET phase = into_phase WHERE c.id = on_case AND c.phase <> into_phase;
  END IF;
  PERFORM workflow_write(running, done, fresh);
  PERFORM workflow_announce(on_case, announced);
  RETURN audit_close(
    (e->>'act')::bigint, e->>'chain', e->>'actor', e->>'verb', e->>'appointment', e->>'capacity', e->>'role',
    e->>'behalf_of', e->>'duty', e->>'step', e->>'task', e->>'outcome', e->>'mandate', e->>'ground',
    e->>'motivation', e->>'flags', e->>'documents', e->>'details', (e->>'correlation')::uuid);
END $$;

-- Tasks and processes have no history of their own (acts say what was done), but change only within an act.
CREATE FUNCTION workflow_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM audit_running(TG_TABLE_NAME);
  RETURN NULL;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON workflows_casetask
  FOR EACH STATEMENT EXECUTE FUNCTION workflow_guard();
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON workflows_caseprocess
  FOR EACH STATEMENT EXECUTE FUNCTION workflow_guard();
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OF state, target, due_at OR DELETE ON escalation_deadline
  FOR EACH STATEMENT EXECUTE FUNCTION workflow_guard();
