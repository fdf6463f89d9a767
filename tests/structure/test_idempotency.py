"""Every address that takes a POST either starts a job or moves credits, and then does so once, or is said not to."""

from __future__ import annotations

from reachly.api.call import CALLS
from tests.web.browsing import application
from tests.web.test_pressing_twice import PRESSES

HARMLESS = {
    "unlock.one": "a field is paid once, and not asked for while a job asks for it: tests/unlock races it",
    "unlock.bounced": "a bounce gives its credit back once: tests/unlock presses it twenty times",
    "catalogue.onto_list": "asks onto which list",
    "catalogue.hide": "who is hidden stays hidden",
    "catalogue.save": "free, and who is a lead stays one",
    "catalogue.unlock_field": "as unlock.one; who is a lead stays one",
    "api_accounts.POST_register": "an address can be registered once",
    "api_accounts.POST_login": "a session, no job and no credits",
    "api_accounts.POST_logout": "ends a session",
    "api_hooks.clay": "a result is known by its run, item and page, and wakes a job that is there",
    "api_hooks.clay_delivery": "wakes jobs that are there",
    "api_export.POST_save_preset": "saved again under its name it is the same preset",
    "exports.save_preset": "saved again under its name it is the same preset",
    "exports.delete_preset": "deleting again deletes nothing",
    "api_hidden.POST_hide_contacts": "who is hidden is hidden",
    "api_hidden.POST_hide_companies": "what is hidden is hidden",
    "profiles.save": "made once per key of its form",
    "profiles.change": "sets what it names",
    "profiles.pause": "sets what it names",
    "profiles.delete": "deleting again finds nothing",
    "hidden.hide": "what is hidden is hidden",
    "hidden.hide_people": "who is hidden is hidden",
    "hidden.hide_leads": "who is hidden is hidden, and is not in the list any more",
    "hidden.show": "who is shown is shown",
    "api_rest.rows": "rows of one's own, no job and no credits; a unique key refuses the second",
    "api_rest.function": "there are none",
    "auth.register": "an address can be registered once",
    "verify.confirm": "an address that is confirmed stays so",
    "verify.send": "a mail, no job and no credits; five an hour at most",
    "auth.login": "a session, no job and no credits",
    "auth.demo": "signs in to the one demo account",
    "auth.logout": "ends a session",
    "auth.logout_everywhere": "ends sessions",
    "find.estimate": "asks and changes nothing",
    "find.reorder": "shows the form again",
    "leads.columns": "remembers what is shown",
    "api_merging.POST_merge_lead": "two leads are made one once",
    "api_tags.POST_create_tag": "a name is taken once",
    "api_tags.POST_tag_leads": "a tag is put on once",
    "leads.merge": "two leads are made one once",
    "leads.tag_leads": "a tag is put on once",
    "leads.tags_change": "sets what it names",
    "leads.tags_delete": "a tag that is gone is not there",
    "leads.change_tags": "a tag is put on once",
    "leads.write_note": "a note, no job and no credits",
    "leads.rewrite_note": "sets what it names",
    "leads.delete_note": "a note that is gone is not there",
    "leads.view_save": "a view under a name, no job and no credits",
    "leads.view_change": "sets what it names",
    "leads.view_update": "keeps what the page shows",
    "leads.view_reset": "shows the view as it was saved",
    "leads.view_delete": "a view that is gone is not there",
    "leads.view_open_with": "sets what it names",
    "leads.delete_leads": "deleting again deletes nothing, and moves no credits",
    "activity.undo": "an act is taken back once",
    "activity.undo_last": "takes back one act after the other, each once",
    "api_activity.POST_undo_action": "an act is taken back once",
    "api_functions.POST_share_list_v1": "the same call as the one without v1, which is done once per key",
    "lists.create": "made once per key of its form",
    "lists.change": "sets what it names",
    "lists.delete": "deleting again finds nothing",
    "lists.add": "who is on the list stays there, and a new list is made once per key of its form",
    "lists.remove": "removing again finds nobody",
    "lists.tag": "a tag is there once",
    "lists.member": "sets what it names, or moves one step, as asked",
    "lists.share": "an invitation takes the place of the one before, no job and no credits",
    "lists.change_guest": "sets what it names",
    "lists.unshare": "taking back again changes nothing",
    "shared.member": "sets what it names, or moves one step, as asked",
    "shared.leave": "leaving again finds nothing",
    "lists.combine": "a list, no job and no credits",
    "credits.set_limits": "sets what it names",
    "credits.read_warning": "a warning put away again is put away",
    "exports.new": "shows the dialog",
    "exports.preview": "shows the first rows",
    "imports.upload": "keeps another copy of the file, no job and no credits",
    "imports.mapping": "sets what it names",
    "imports.undo": "an import is taken back once: its row is the gate, and a large one's job has a key",
    "sources.save": "keeps a key",
    "sources.remove": "removes a key",
    "settings.change_profile": "sets what it names",
    "settings.change_password": "sets what it names",
    "settings.make_key": "a key for programs, no job and no credits",
    "settings.revoke_key": "revoking again changes nothing",
    "api_invitations.POST_invite_member": "a second invitation of an address takes the place of the first",
    "api_invitations.POST_resend_invitation": "a new link takes the place of the one before",
    "api_workspace.POST_leave_workspace": "whoever is gone is gone",
    "api_workspace.POST_offer_ownership": "one offer stands at a time",
    "api_workspace.POST_take_ownership": "an offer can be taken once",
    "invitations.accept": "a link lets in once",
    "invitations.accept_as_new": "an address can be registered once",
    "team.invite": "a second invitation of an address takes the place of the first",
    "team.resend": "a new link takes the place of the one before",
    "team.revoke": "revoking again changes nothing",
    "team.set_role": "sets what it names",
    "team.remove": "whoever is gone is gone",
    "team.leave": "whoever is gone is gone",
    "team.rename": "sets what it names",
    "team.offer": "one offer stands at a time",
    "team.take_over": "an offer can be taken once",
    "team.withdraw": "withdrawing again changes nothing",
    "team.switch": "moves a session to where it is already",
    "notices.open_notice": "goes where the notice leads",
    "oversight.retry": "an attempt that is on its way is not sent again",
    "oversight.release": "the attempt that was seen is given up once: tests/oversight presses it twenty times",
    "oversight.looked": "a note is kept once",
    "oversight.merge": "who stands behind another is not merged again",
    "oversight.split": "a merge is taken back once",
}
"""Neither a job nor a credit comes of these; why asking twice does no harm."""


def _posts() -> set[str]:
    return {rule.endpoint for rule in application().url_map.iter_rules() if "POST" in (rule.methods or set())}


def test_every_post_is_done_once_per_key_or_is_said_to_do_no_harm_twice() -> None:
    once = {name for name in _posts() if name.startswith("api_") and _idempotent(name)}
    assert _posts() == once | set(PRESSES) | set(HARMLESS)
    assert not (once | set(PRESSES)) & set(HARMLESS)
    assert once >= {"api_generate.POST_generate", "api_export.POST_export_leads"}
    assert once >= {"api_jobs.POST_cancel_job", "api_jobs.POST_retry_job"}


def _idempotent(endpoint: str) -> bool:
    return any(each.idempotent for each in CALLS if f"POST_{each.name}" == endpoint.partition(".")[2])
