"""What a step changes in its case. No function here asks who may: each wants the `Authority` that `judge` gave, and
runs inside an act that the caller opened (the workflow engine, for nearly everything). The database refuses any other
way in."""
