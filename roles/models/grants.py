"""Who may see what: guardian's grants, on a regeling or an organisation, with real foreign keys.

Only `roles.services.grants` writes them. They go to the group of a position, never to a case: see the architecture, §5.
"""

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from audit.history import tracked
from roles.models.schemes import Organisation, Scheme


class SchemeGroupPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Scheme, models.CASCADE, verbose_name="regeling")

    history = tracked()

    class Meta(GroupObjectPermissionBase.Meta):
        verbose_name = "recht van een functie op een regeling"
        verbose_name_plural = "rechten van functies op regelingen"


class SchemeUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Scheme, models.CASCADE, verbose_name="regeling")

    history = tracked()

    class Meta(UserObjectPermissionBase.Meta):
        verbose_name = "recht van een gebruiker op een regeling"
        verbose_name_plural = "rechten van gebruikers op regelingen"


class OrganisationGroupPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Organisation, models.CASCADE, verbose_name="organisatie")

    history = tracked()

    class Meta(GroupObjectPermissionBase.Meta):
        verbose_name = "recht van een functie op een organisatie"
        verbose_name_plural = "rechten van functies op organisaties"


class OrganisationUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Organisation, models.CASCADE, verbose_name="organisatie")

    history = tracked()

    class Meta(UserObjectPermissionBase.Meta):
        verbose_name = "recht van een gebruiker op een organisatie"
        verbose_name_plural = "rechten van gebruikers op organisaties"
