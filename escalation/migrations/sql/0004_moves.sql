-- Whoever moves a date (extending, resuming), the deadline knows how often that happened, and when last.
CREATE FUNCTION escalation_deadline_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.moves := OLD.moves + 1;
  NEW.moved_at := app_now();
  RETURN NEW;
END $$;
CREATE TRIGGER moved BEFORE UPDATE OF target, due_at ON escalation_deadline
  FOR EACH ROW WHEN (OLD.due_at IS DISTINCT FROM NEW.due_at OR OLD.target IS DISTINCT FROM NEW.target)
  EXECUTE FUNCTION escalation_deadline_moved();
