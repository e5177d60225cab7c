"""The files of a record on its form: those that go with it, those just sent, those used before; and what a file is.

A browser never fills in a file field again. So a file that was sent is kept at once, also where the form is refused,
and stands on the form as a tick that the next sending carries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuping_web.cycles.forms import day_field
from shuping_web.evidence.actions import receive
from shuping_web.evidence.kinds import ACCEPT, MEGABYTE, refuse_large
from shuping_web.evidence.models import Upload
from shuping_web.evidence.queries import uploads
from shuping_web.filing.attached_actions import Chosen, too_many
from shuping_web.filing.evidence_queries import known_files, of_record, used_before
from shuping_web.filing.models import Evidence, Record
from shuping_web.people.access import account_of
from shuping_web.people.language import page_lang
from shuping_web.people.models import Account

FILES = "files"
START = "evidence_"
SENT_AT_ONCE = 20


@dataclass
class Choice:
    """A file that can go with the record: the name of its tick, what is shown, whether it is ticked."""

    key: str
    name: str
    detail: str
    ticked: bool
    upload: Upload | None = None
    evidence: Evidence | None = None

    @property
    def file(self) -> int:
        """The number of the file."""
        one = self.upload or self.evidence
        assert one is not None
        return one.file_id

    def chosen(self) -> Chosen:
        """Return it as the action takes it."""
        if self.upload is not None:
            return Chosen(self.upload.file, self.upload.name, self.upload.received_at)
        assert self.evidence is not None
        return Chosen(self.evidence.file, self.evidence.name, self.evidence.received_at, self.evidence)


class EvidenceForm:
    """The part of a record's form that has to do with files."""

    accept = ACCEPT

    def __init__(
        self, request: HttpRequest, *, most: int, record: Record | None, submission: UUID | None,
        draft: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """``most``: how many files may go with the record, 0 for none at all. ``draft``: what a draft holds."""
        self.most, self.record, self.submission = most, record, submission
        self.errors: list[str] = []
        self._account, self._today = account_of(request), timezone.localdate()
        ticks: Mapping[str, Any] | None = request.POST or draft
        self._ticks = None if ticks is None else {name for name in ticks if name.startswith(START)}
        if most and request.method == "POST" and request.POST:
            self._take(request.FILES.getlist(FILES), timezone.now())
        self.choices = self._choices() if most else []

    def _take(self, sent: Sequence[UploadedFile[bytes]], at: datetime) -> None:
        """Keep the files that were sent; one that this account's units used already is ticked, not kept anew."""
        assert self._ticks is not None
        if len(sent) > SENT_AT_ONCE:
            self.errors.append(_("%d files at once are too many.") % len(sent))
            return
        before = self._ticked_files()
        for one in sent:
            if self.submission is None:
                return
            try:
                got = take(one, self.submission, self._account, at)
            except ValidationError as error:
                self.errors += error.messages
                continue
            if got.file_id in before:
                self.errors.append(_("%s goes with this record already.") % got.name)
                continue
            known = known_files(self._account, self._today, [got.file_id]).get(got.file_id)
            self._ticks.add(f"{START}u{got.pk}" if known is None else f"{START}e{known.pk}")
            if known is not None:
                self.errors.append(_used(got.name, known))

    def _ticked_files(self) -> set[int]:
        return {one.file for one in self._choices() if one.ticked}

    def _choices(self) -> list[Choice]:
        own = of_record(self.record) if self.record is not None else []
        here = {one.file_id for one in own}
        numbers = [int(name[len(START) + 1 :]) for name in self._ticks or () if name[len(START) + 1 :].isdecimal()
                   and name.startswith(f"{START}e") and len(name) < 25]  # fmt: skip
        number = self.record.pk if self.record is not None else None
        old = used_before(self._account, self._today, without=number, more=numbers)
        sent = list(uploads(self._account, self.submission)) if self.submission is not None else []
        used = here | {one.file_id for one in old}
        found = [Choice(f"{START}e{one.pk}", one.shown, detail_of(one), False, evidence=one) for one in own]
        found += [
            Choice(f"{START}u{one.pk}", one.name, _("just sent"), False, upload=one)
            for one in sent
            if one.file_id not in used
        ]
        found += [
            Choice(f"{START}e{one.pk}", one.shown, detail_of(one, before=True), False, evidence=one) for one in old
        ]
        for one in found:
            at_first = one.evidence is not None and one.file in here
            one.ticked = at_first if self._ticks is None else one.key in self._ticks
        return found

    @property
    def here(self) -> list[Choice]:
        """What goes with the record, was just sent or is ticked."""
        return [one for one in self.choices if not self._old(one)]

    @property
    def before(self) -> list[Choice]:
        """What was used before and can be used again."""
        return [one for one in self.choices if self._old(one)]

    def _old(self, one: Choice) -> bool:
        own = self.record is not None and one.evidence is not None and one.evidence.record_id == self.record.pk
        return one.upload is None and not own and not one.ticked

    @property
    def left(self) -> int:
        """How many more files may go with the record."""
        return max(0, self.most - len({one.file for one in self.choices if one.ticked}))

    @property
    def limits(self) -> str:
        """What a file may be, in words."""
        return _("PDF, JPEG, PNG, WebP, DOCX or XLSX; at most %(mb)s MB each, a PDF at most %(pages)d pages.") % {
            "mb": f"{settings.EVIDENCE_BYTES / MEGABYTE:g}", "pages": settings.EVIDENCE_PAGES,
        }  # fmt: skip

    def is_valid(self) -> bool:
        """Tell whether the files can go with the record; ``errors`` says why not."""
        given = len({one.file for one in self.choices if one.ticked})
        if given > self.most:
            self.errors.append(too_many(given, self.most))
        return not self.errors

    def chosen(self) -> list[Chosen] | None:
        """Return the ticked files as the actions take them; None where the dataset has no evidence: left as it is."""
        return [one.chosen() for one in self.choices if one.ticked] if self.most else None


def take(sent: UploadedFile[bytes], submission: UUID, by: Account, at: datetime) -> Upload:
    """Receive a file that was sent. Raises ValidationError for one that is not taken."""
    refuse_large(sent.size or 0, sent.name or "", settings.EVIDENCE_BYTES)
    return receive(raw=sent.read(), name=sent.name or "", submission=submission, by=by, at=at)


def keep_with_draft(request: HttpRequest, submission: UUID) -> tuple[dict[str, str], list[str]]:
    """Keep the files sent with a form that is kept as a draft; return the ticks for them, and what was refused."""
    ticks, refused = {}, []
    for sent in request.FILES.getlist(FILES)[:SENT_AT_ONCE]:
        try:
            got = take(sent, submission, account_of(request), timezone.now())
        except ValidationError as error:
            refused += error.messages
        else:
            ticks[f"{START}u{got.pk}"] = "on"
    return ticks, refused


def submission_of(request: HttpRequest, form: forms.Form) -> UUID | None:
    """Return under which number a form is sent: as it came, else as it begins."""
    given = request.POST.get("submission") if request.POST else form.initial.get("submission")
    try:
        return given if isinstance(given, UUID) else UUID(str(given))
    except ValueError:
        return None


def detail_of(one: Evidence, *, before: bool = False) -> str:
    """Return document number, issuer, days and, for a file used before, with what record."""
    days = f"{one.holds_from or ''}–{one.holds_to or ''}" if one.holds_from or one.holds_to else ""
    over = _("no longer in force") if one.holds_to is not None and one.holds_to < timezone.localdate() else ""
    parts = [one.number, one.issuer, str(one.dated or ""), days, over]
    if before:
        unit = one.record.unit
        name = (unit.name_en if page_lang() == "en" else "") or unit.name
        filed = timezone.localtime(one.record.filed_at).date().isoformat()
        parts.insert(0, _("used before: %(unit)s, filed %(day)s") % {"unit": name, "day": filed})
    return " · ".join(part for part in parts if part)


def _used(name: str, known: Evidence) -> str:
    return _("%(file)s was used before (%(where)s). It is ticked below: file again to use it here too.") % {
        "file": name, "where": detail_of(known, before=True)
    }  # fmt: skip


class DescribeForm(forms.Form):
    """What a file is."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200, required=False)
    number = forms.CharField(label=gettext_lazy("Document number"), max_length=100, required=False)
    issuer = forms.CharField(label=gettext_lazy("Issued by"), max_length=200, required=False)
    dated = day_field(gettext_lazy("Date of the document"), required=False)
    holds_from = day_field(gettext_lazy("In force from"), required=False)
    holds_to = day_field(gettext_lazy("In force until"), required=False)
    internal = forms.BooleanField(label=gettext_lazy("Internal: not to be shown outside the appraisal"), required=False)

    def clean(self) -> dict[str, Any]:
        """Hold the two days against each other."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("holds_from"), cleaned.get("holds_to")
        if first is not None and last is not None and last < first:
            self.add_error("holds_to", _("This lies before the first day."))
        return cleaned
