"""Who may do what with which table, as it must be: S select, I insert, U update, D delete; ``-`` nothing at all.

Alice's rows, made by the owner. Writing is for whoever writes, running the workspace for whoever runs it, what is
somebody's own for nobody else. ``guest`` and ``editor`` were let in to one of her lists; ``stranger`` has another
workspace; ``house`` is her workspace's scope without a person; ``nobody`` has no scope. What is not granted here goes
through functions that ask who is in scope.
"""

EXPECTED = """
accounts                S        S        S        S        -        -        -        S        -
action_items            SI       SI       SI       S        -        -        -        SI       -
actions                 SIU      SIU      SIU      S        -        -        -        SIU      -
answers                 SU       SU       SU       S        -        -        -        SU       -
api_keys                SIU      SU       -        -        -        -        -        S        -
audits                  -        -        -        -        -        -        -        -        -
bounces                 S        S        S        S        -        -        -        S        -
callbacks               SIU      SIU      SIU      S        -        -        -        SIU      -
catalogue_merges        -        -        -        -        -        -        -        -        -
catalogue_moves         -        -        -        -        -        -        -        -        -
contact_keys            -        -        -        -        -        -        -        -        -
contact_search          -        -        -        -        -        -        -        -        -
contact_search_wanted   -        -        -        -        -        -        -        -        -
contacts                S        S        S        S        S        S        S        S        -
credit_purchases        S        S        S        S        -        -        -        S        -
downloads               SI       SI       SI       S        -        -        -        SI       -
email_finder_logs       S        S        S        S        -        -        -        S        -
email_validation_logs   S        S        S        S        -        -        -        S        -
employment_history      S        S        S        S        S        S        S        S        -
entries                 S        S        S        S        -        -        -        S        -
export_presets          SIUD     SIUD     SIUD     S        -        -        -        SIUD     -
exports                 SIU      SIU      SIU      S        -        -        -        SIU      -
former_members          S        S        S        S        -        -        -        S        -
hidden_companies        SIUD     SIUD     SIUD     S        -        -        -        SIUD     -
hidden_contacts         SIUD     SIUD     SIUD     S        -        -        -        SIUD     -
icp_profile_runs        SIU      SIU      SIU      S        -        -        -        SIU      -
icp_profiles            SIU      SIU      SIU      S        -        -        -        SIU      -
import_refusals         SI       SI       SI       S        -        -        -        SI       -
import_runs             SIU      SIU      SIU      S        -        -        -        SIU      -
import_seen             -        -        -        -        -        -        -        -        -
imported_keys           -        -        -        -        -        -        -        -        -
imports                 SIU      SIU      SIU      S        -        -        -        SIU      -
invitations             SIU      SIU      S        S        -        -        -        S        -
job_attempts            SI       SI       SI       S        -        -        -        SI       -
job_contacts            S        S        S        S        -        -        -        S        -
job_events              SI       SI       SI       S        -        -        -        SI       -
job_sources             SU       SU       SU       S        -        -        -        SU       -
jobs                    SU       SU       SU       S        -        -        -        SU       -
lead_deletions          SIU      SIU      SIU      S        -        -        -        SIU      -
lead_filters            S        S        S        S        -        -        -        S        -
lead_merges             S        S        S        S        -        -        -        S        -
lead_notes              SIU      SU       S        S        -        -        -        S        -
lead_search             -        -        -        -        -        -        -        -        -
lead_search_wanted      -        -        -        -        -        -        -        -        -
lead_tags               SID      SID      SID      S        -        -        -        SID      -
leads                   SU       SU       SU       S        -        -        -        SU       -
list_contacts           SIUD     SIUD     SIUD     S        S        SU       -        SIUD     -
list_members            SIU      SIU      SIU      S        S        S        -        SIU      -
lists                   SIU      SIU      SIU      S        S        S        -        SIU      -
mails                   SI       SI       SI       S        -        -        -        SI       -
memberships             S        S        S        S        -        -        -        S        -
misses                  -        -        -        -        -        -        -        -        -
notifications           SIU      I        I        -        -        -        -        SIU      -
operator_acts           -        -        -        -        -        -        -        -        -
organizations           S        S        S        S        S        S        S        S        -
ownership_offers        S        S        S        S        -        -        -        S        -
page_choices            SIUD     -        -        -        -        -        -        -        -
plans                   S        S        S        S        S        S        S        S        S
prices                  S        S        S        S        S        S        S        S        S
provider_calls          SIU      SIU      SIU      S        -        -        -        SIU      -
provider_keys           SIUD     SIUD     S        S        -        -        -        S        -
saved_columns           SIUD     -        -        -        -        -        -        SD       -
saved_views             SIU      -        -        -        -        -        -        -        -
schema_migration        S        S        S        S        S        S        S        S        S
search_fills            -        -        -        -        -        -        -        -        -
sessions                -        -        -        -        -        -        -        -        -
spend_caps              S        S        S        S        -        -        -        S        -
spend_warnings          S        S        S        S        -        -        -        S        -
spend_warnings_read     SI       S        S        S        -        -        -        S        -
tags                    SIU      SIU      SIU      S        -        -        -        SIU      -
transactions            S        S        S        S        -        -        -        S        -
unlocks                 S        S        S        S        -        -        -        S        -
users                   SU       S        S        S        -        -        -        S        -
workspaces              SU       SU       S        S        -        -        -        S        -
"""
"""Columns: table, owner, admin, member, viewer, guest, editor, stranger, house, nobody."""
