-- Deadlines in full: met, missed and void stay apart; a clock that is stopped has no date; dates move in acts.

-- As before; and of each deadline it says what became of it. Who is late finds the clock's work done, even where the
-- clock has not come round yet; what was taken from a task is neither met nor missed.
CREATE OR REPLACE FUNCTION workflow_write(running bigint, done jsonb, fresh jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE d record;
BEGIN
  FOR d IN
    SELECT * FROM jsonb_to_recordset(done) AS x(id bigint, status text, outcome text, owner integer, finished timestamptz)
  LOOP
    UPDATE workflows_casetask t
      SET status = d.status, outcome = d.outcome, owner_id = coalesce(d.owner, t.owner_id), finished = d.finished
      WHERE t.id = d.id;
    UPDATE escalation_deadline e
      SET state = CASE WHEN e.state = 'fired' THEN 'fired'
                       WHEN d.status = 'CANCELED' THEN 'void'
                       WHEN e.state = 'armed' AND e.effect = 'term' AND e.due_at < d.finished THEN 'fired'
                       ELSE 'ended' END,
          fired_at = CASE WHEN d.status <> 'CANCELED' AND e.state = 'armed' AND e.effect = 'term'
                           AND e.due_at < d.finished THEN d.finished
                          ELSE e.fired_at END,
          ended_at = d.finished, suspended_at = NULL, held_by_id = NULL
      WHERE e.task = d.id AND e.ended_at IS NULL
        AND (e.state IN ('armed', 'suspended') OR e.state = 'fired' AND e.effect = 'term');
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

-- Opschorten, of a whole case or of one of its tasks. `holder` is the case that wants one clock stopped; it starts again
-- only when both allow it. A stopped clock has no date: the tasks lose theirs, and the deadline keeps what it was.
DROP FUNCTION workflow_stop_clocks(bigint);
CREATE FUNCTION workflow_stop_clocks(on_case bigint, on_task bigint, holder bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE escalation_deadline d
    SET state = 'suspended', suspended_at = coalesce(d.suspended_at, app_now()), held_by_id = holder
    WHERE d.case_id = on_case AND (on_task IS NULL OR d.task = on_task)
      AND (d.state = 'armed' OR d.state = 'suspended' AND holder IS NOT NULL AND d.held_by_id IS NULL);
  UPDATE workflows_casetask t SET target = NULL, due_at = NULL
    FROM escalation_deadline d
    WHERE d.case_id = on_case AND d.state = 'suspended' AND t.case_id = on_case AND t.finished IS NULL
      AND (d.effect = 'term' AND t.id = d.task OR d.effect = 'round' AND t.host_id = d.task AND t.part = 'vote');
END $$;

-- A deadline comes to run until another moment, and with it the tasks and the round that go by it.
CREATE FUNCTION workflow_set_dates(deadline bigint, new_target date, new_due timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE d escalation_deadline;
BEGIN
  UPDATE escalation_deadline e
    SET state = 'armed', target = new_target, due_at = new_due, suspended_at = NULL, held_by_id = NULL,
        claimed_at = NULL
    WHERE e.id = deadline RETURNING * INTO d;
  IF d.effect = 'term' THEN
    UPDATE workflows_casetask t SET target = new_target, due_at = new_due WHERE t.id = d.task AND t.finished IS NULL;
  ELSIF d.effect = 'round' THEN
    UPDATE workflows_casetask t SET target = new_target, due_at = new_due
      WHERE t.host_id = d.task AND t.part = 'vote' AND t.finished IS NULL;
    UPDATE cases_ballot b SET closes_at = new_due WHERE b.task = d.task AND b.state = 'voting';
  END IF;
END $$;
DROP FUNCTION workflow_start_clocks(bigint);
