"""Who may know of a confidential case."""

from collections.abc import Collection

from cases.models import Admission, Case


def admit(*, case: Case, positions: Collection[int] = (), person_id: int | None = None) -> None:
    """From now on, and as long as there is a case. Who was admitted stays so."""
    there = set(Admission.objects.filter(case=case).values_list("position", flat=True))
    for position in sorted(set(positions) - there):
        Admission.objects.create(case=case, position_id=position)
    if person_id is not None:
        Admission.objects.get_or_create(case=case, person_id=person_id, position=None)
