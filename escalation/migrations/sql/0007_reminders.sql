-- Whoever moves the end of a term moves the reminders with it: they are planned anew.
CREATE FUNCTION escalation_plan_reminders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.remind_at := app_now();
  NEW.reminding := NULL;
  RETURN NEW;
END $$;
CREATE TRIGGER remind BEFORE UPDATE OF due_at ON escalation_deadline
  FOR EACH ROW WHEN (OLD.due_at IS DISTINCT FROM NEW.due_at)
  EXECUTE FUNCTION escalation_plan_reminders();
