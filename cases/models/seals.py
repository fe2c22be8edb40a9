"""Tenders under seal: keys of openers, the desk where tenders come in, and what lies there shut (ADR 34)."""

from django.db import models
from django.db.models import F, Q

from audit.history import tracked
from cases.models.procurement import Procurement
from roles.models import Person, Scheme


class SealKey(models.Model):
    """The public half of an opener's key (sleutel). The other half is under a passphrase that nobody keeps."""

    class Kind(models.TextChoices):
        PERSONAL = "personal", "Van een opener"
        ESCROW = "escrow", "Noodsleutel"  # its passphrase lies on paper in a safe

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="seal_keys", verbose_name="regeling")
    kind = models.CharField("soort", max_length=10, choices=Kind)
    person = models.ForeignKey(Person, models.PROTECT, related_name="seal_keys", verbose_name="aangemaakt door")
    public = models.BinaryField("publieke sleutel")
    fingerprint = models.CharField("vingerafdruk", max_length=64, unique=True)
    enrolled_at = models.DateTimeField("aangemaakt op")
    ended_at = models.DateTimeField("vervangen op", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "sleutel"
        verbose_name_plural = "sleutels"
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "person"], condition=Q(ended_at=None, kind="personal"), name="seal_key_one_each"
            ),
            models.UniqueConstraint(
                fields=["scheme"], condition=Q(ended_at=None, kind="escrow"), name="seal_key_one_escrow"
            ),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.short}"

    @property
    def short(self) -> str:
        """As people compare it."""
        return " ".join(self.fingerprint[at : at + 4] for at in range(0, 16, 4))


class KeyLock(models.Model):
    """The private half, locked. Without history: a lock that was replaced opened with the earlier passphrase."""

    key = models.OneToOneField(
        SealKey, models.PROTECT, primary_key=True, related_name="lock", verbose_name="sleutel"
    )  # fmt: skip
    salt = models.BinaryField("zout")
    wrapped = models.BinaryField("versleutelde sleutel")
    iterations = models.PositiveSmallIntegerField("rondes")
    memory = models.PositiveIntegerField("geheugen in KiB")
    lanes = models.PositiveSmallIntegerField("sporen")

    class Meta:
        verbose_name = "slot op een sleutel"
        verbose_name_plural = "sloten op sleutels"

    def __str__(self) -> str:
        return f"Slot op sleutel {self.key_id}"


class TenderDesk(models.Model):
    """Where the tenders of one round come in: here under seal, or on a platform outside (inschrijfloket)."""

    class Mode(models.TextChoices):
        SEALED = "sealed", "Onder zegel, in Rolzuiver"
        OUTSIDE = "outside", "Op een extern platform"

    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="desks", verbose_name="inkoopproces")
    round = models.PositiveSmallIntegerField("ronde")
    mode = models.CharField("hoe", max_length=10, choices=Mode)
    platform = models.CharField("extern platform", max_length=120, blank=True)
    address = models.CharField("adres", max_length=60, unique=True)  # that nobody guesses; it stands in the notice
    # Who took off the first layer, and when.
    first = models.ForeignKey(
        "cases.SealKey", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="eerste opener"
    )
    first_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="eerste opening door"
    )
    first_at = models.DateTimeField("eerste opening", null=True, blank=True)
    opened_at = models.DateTimeField("geopend", null=True, blank=True)

    plain_words = ("platform",)
    history = tracked()

    class Meta:
        verbose_name = "inschrijfloket"
        verbose_name_plural = "inschrijfloketten"
        constraints = [models.UniqueConstraint(fields=["procurement", "round"], name="tender_desk_once")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.procurement_id}, ronde {self.round}"

    @property
    def chain(self) -> str:
        """What comes in is kept apart from the case, which many may read: until the opening not even how much it is."""
        return f"desk/{self.pk}"


class Opener(models.Model):
    """One of the keys of which two open this desk; fixed when the market was asked (opener)."""

    desk = models.ForeignKey(TenderDesk, models.PROTECT, related_name="openers", verbose_name="loket")
    key = models.ForeignKey(SealKey, models.PROTECT, related_name="+", verbose_name="sleutel")

    history = tracked()

    class Meta:
        verbose_name = "opener"
        verbose_name_plural = "openers"
        constraints = [models.UniqueConstraint(fields=["desk", "key"], name="opener_once")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.desk_id}: {self.key_id}"


class SealedTender(models.Model):
    """A tender as it lies shut: no name, no price, no document that anybody can read (verzegelde inschrijving).

    Its parts are files in a folder of their own: `manifest` says who and what, the others are the documents.
    """

    class State(models.TextChoices):
        SEALED = "sealed", "Verzegeld"
        REPLACED = "replaced", "Vervangen"
        WITHDRAWN = "withdrawn", "Ingetrokken"
        OPENED = "opened", "Geopend"
        BROKEN = "broken", "Kon niet worden geopend"

    desk = models.ForeignKey(TenderDesk, models.PROTECT, related_name="sealed", verbose_name="loket")
    folder = models.UUIDField("map", unique=True)
    receipt = models.CharField("hash van de ontvangstcode", max_length=64, unique=True)
    state = models.CharField("stand", max_length=10, choices=State, default=State.SEALED)
    received_at = models.DateTimeField("ontvangen op")
    ended_at = models.DateTimeField("vervangen of ingetrokken op", null=True, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="in plaats van"
    )
    digest = models.CharField("SHA-256 van wat verzegeld is", max_length=64)
    size = models.PositiveBigIntegerField("grootte in bytes")
    envelopes = models.JSONField("enveloppen")
    peeled = models.JSONField("na de eerste opener", null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = "verzegelde inschrijving"
        verbose_name_plural = "verzegelde inschrijvingen"
        indexes = [models.Index(fields=["desk", "state"], name="sealed_tender_desk")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("received_at")), name="sealed_tender_ends_later"
            )
        ]
        ordering = ["received_at", "id"]

    def __str__(self) -> str:
        return f"{self.desk_id}: {self.folder}"

    @property
    def label(self) -> str:
        """What everything in it is bound to (`cases.rules.sealing`)."""
        return f"{self.desk.address}/{self.folder}"
