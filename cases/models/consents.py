"""What others than the bodies of the regeling said: the college of a municipality, a region beside this one."""

from django.db import models

from audit.history import tracked
from cases.models.amendments import Amendment
from cases.models.commission import Commission, appointed
from roles.models import Organisation
from roles.models.fields import text


class PartnerConsent(models.Model):
    """That a region beside this one takes part in a supraregional commission, and what it answered."""

    class Answer(models.TextChoices):
        ASKED = "", "Nog geen antwoord"
        CONSENTED = "consented", "Stemt in"
        REFUSED = "refused", "Stemt niet in"

    commission = models.ForeignKey(Commission, models.PROTECT, related_name="partners", verbose_name="opdracht")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="partnerregio")
    answer = models.CharField("antwoord", max_length=20, choices=Answer, default=Answer.ASKED, blank=True)
    answered_on = models.DateField("beantwoord op", null=True, blank=True)
    reference = models.CharField("kenmerk", max_length=60, blank=True)
    note = text("toelichting", null=True, blank=True)
    recorded_by = appointed("vastgelegd door")

    plain_words = ("reference",)
    history = tracked()

    class Meta:
        verbose_name = "instemming partnerregio"
        verbose_name_plural = "instemmingen partnerregio’s"
        constraints = [models.UniqueConstraint(fields=["commission", "organisation"], name="partner_once")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.commission_id}: {self.organisation_id}"


class CollegeDecision(models.Model):
    """What the college of one municipality decided: on a local commission, or on what a regional one asks of it."""

    class Subject(models.TextChoices):
        COMMISSION = "commission", "De opdracht"
        CONSENT = "consent", "Instemming"
        MANDATE = "mandate", "Mandaat"
        POWER_OF_ATTORNEY = "power_of_attorney", "Volmacht"

    class Answer(models.TextChoices):
        GIVEN = "given", "Gegeven"
        REFUSED = "refused", "Geweigerd"
        UNANSWERED = "unanswered", "Geen antwoord in tijd"

    class Decider(models.TextChoices):
        COLLEGE = "college", "Het college"
        DELEGATE = "delegate", "Een gemandateerde van het college"

    commission = models.ForeignKey(
        Commission, models.PROTECT, related_name="college_decisions", verbose_name="opdracht"
    )
    # The change that it is about; none: the commission as it was submitted.
    amendment = models.ForeignKey(
        Amendment, models.PROTECT, null=True, blank=True, related_name="college_decisions", verbose_name="wijziging"
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="gemeente")
    round = models.PositiveSmallIntegerField("ronde")
    subject = models.CharField("waarover", max_length=20, choices=Subject)
    answer = models.CharField("besluit", max_length=20, choices=Answer)
    decider = models.CharField("wie besloot", max_length=20, choices=Decider, blank=True)
    decided_on = models.DateField("besloten op", null=True, blank=True)
    reference = models.CharField("kenmerk", max_length=60, blank=True)
    note = text("toelichting", null=True, blank=True)
    recorded_by = appointed("vastgelegd door")

    plain_words = ("reference",)
    history = tracked()

    class Meta:
        verbose_name = "collegebesluit"
        verbose_name_plural = "collegebesluiten"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.amendment_id or self.commission_id}: {self.organisation_id}, ronde {self.round}"
