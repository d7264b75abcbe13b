"""Every address of the site, by name, for every role.

Who is not let in gets 404 for somebody else's thing, 403 for an area that is not theirs, and 302 to
the sign-in page when signing in would help. The thing opened is, by kind: a case, a draft and a
question and a notice of the service owner's (`owner`), an answer of the `member`'s, a request to
join the organisation of `owner` and `contact`, the membership of `owner`, an invitation to somebody
else.

Columns: visitor, member of the community, service owner, contact of the organisation, first line,
second line (a team that does not have the case), moderator, editor, manager, administrator.

A new address fails here until it has a line, so that somebody thinks about who may open it.
"""

from copy import deepcopy

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from dispatch import outbox
from tests.contracts.world import ROLES, admin_routes, make_world, names_and_routes

# Answers to GET.
OPENED = """
                                        V   M   O   C 1st 2nd Mod  Ed Man Adm
health                                200 200 200 200 200 200 200 200 200 200
robots                                200 200 200 200 200 200 200 200 200 200
set_language                          405 405 405 405 405 405 405 405 405 405
home                                  200 200 200 200 200 200 200 200 200 200
search                                200 200 200 200 200 200 200 200 200 200
search_suggestions                    200 200 200 200 200 200 200 200 200 200
search_open                           302 302 302 302 302 302 302 302 302 302
service                               200 200 200 200 200 200 200 200 200 200
accessibility                         200 200 200 200 200 200 200 200 200 200
privacy                               200 200 200 200 200 200 200 200 200 200
ask                                   200 200 200 200 200 200 200 200 200 200
ask_lookup                            405 405 405 405 405 405 405 405 405 405
ask_open                              404 404 404 404 404 404 404 404 404 404
ask_solved                            405 405 405 405 405 405 405 405 405 405
ask_thanks                            200 200 200 200 200 200 200 200 200 200
ask_draft                             302 404 200 404 404 404 404 404 404 404
ask_suggestions                       302 404 302 404 404 404 404 404 404 404
ask_details                           302 404 302 404 404 404 404 404 404 404
ask_check                             302 404 302 404 404 404 404 404 404 404
ask_discard                           302 404 200 404 404 404 404 404 404 404
my_cases                              302 200 200 200 200 200 200 200 200 200
my_case_file                          302 404 200 200 404 404 404 404 404 404
my_case                               302 404 200 200 302 404 404 404 302 302
my_case_receipt                       302 404 200 200 404 404 404 404 404 404
my_case_reply                         302 404 302 302 404 404 404 404 404 404
my_case_discard_reply                 302 405 405 405 405 405 405 405 405 405
my_case_close                         302 404 302 302 404 404 404 404 404 404
my_case_reopen                        302 404 200 200 404 404 404 404 404 404
my_case_colleague                     302 404 200 200 404 404 404 404 404 404
community                             200 200 200 200 200 200 200 200 200 200
community_feed                        200 200 200 200 200 200 200 200 200 200
community_ask                         200 200 200 200 200 200 200 200 200 200
community_similar                     405 405 405 405 405 405 405 405 405 405
community_preview                     405 405 405 405 405 405 405 405 405 405
community_me_too                      405 405 405 405 405 405 405 405 405 405
community_vote                        405 405 405 405 405 405 405 405 405 405
community_accept                      405 405 405 405 405 405 405 405 405 405
community_confirm                     405 405 405 405 405 405 405 405 405 405
community_question                    200 200 200 200 200 200 200 200 200 200
community_feed_unanswered             200 200 200 200 200 200 200 200 200 200
community_feed_product                200 200 200 200 200 200 200 200 200 200
community_feed_question               200 200 200 200 200 200 200 200 200 200
community_sitemap                     200 200 200 200 200 200 200 200 200 200
community_sitemap_part                200 200 200 200 200 200 200 200 200 200
community_tags                        405 405 405 405 405 405 405 405 405 405
community_ask_draft                   302 404 200 404 404 404 404 404 404 404
community_drafts                      200 200 200 200 200 200 200 200 200 200
community_discard_draft               405 405 405 405 405 405 405 405 405 405
community_file                        200 200 200 200 200 200 200 200 200 200
community_member                      200 200 200 200 200 200 200 200 200 200
community_edit_profile                302 200 200 200 200 200 200 200 200 200
community_edit_question               302 403 200 403 403 403 403 403 403 403
community_retag                       302 403 200 403 403 403 200 403 403 200
community_withdraw_question           302 403 200 403 403 403 403 403 403 403
community_question_history            302 403 200 403 403 403 200 403 403 200
community_edit_answer                 302 200 403 403 403 403 403 403 403 403
community_withdraw_answer             302 200 403 403 403 403 403 403 403 403
community_answer_history              302 200 403 403 403 403 200 403 403 200
house_rules                           200 200 200 200 200 200 200 200 200 200
community_report                      302 302 200 200 200 200 200 200 200 200
moderation                            302 403 403 403 403 403 200 403 403 200
moderation_log                        302 403 403 403 403 403 200 403 403 200
moderation_undo                       302 405 405 405 405 405 405 405 405 405
moderation_member                     302 403 403 403 403 403 200 403 403 200
moderation_member_step                302 403 403 403 403 403 200 403 403 200
moderation_post                       302 403 403 403 403 403 200 403 403 200
moderation_step                       302 403 403 403 403 403 200 403 403 200
notices                               302 200 200 200 200 200 200 200 200 200
notices_read_all                      302 405 405 405 405 405 405 405 405 405
notice_read                           302 405 405 405 405 405 405 405 405 405
follow_question                       405 405 405 405 405 405 405 405 405 405
digest                                302 200 200 200 200 200 200 200 200 200
digest_stop                           302 405 405 405 405 405 405 405 405 405
stop_mail                             200 200 200 200 200 200 200 200 200 200
bridge_to_case                        302 403 200 403 403 403 200 403 403 200
bridge_article                        302 403 403 403 200 200 403 200 403 200
bridge_draft                          302 403 403 403 200 200 403 200 403 200
bridge_questions                      302 403 403 403 200 200 403 200 403 200
bridge_proposals                      302 403 403 403 200 200 200 200 403 200
bridge_proposal                       302 404 404 404 200 404 200 404 404 200
bridge_decline                        302 405 405 405 405 405 405 405 405 405
bridge_publish                        302 403 403 403 302 404 403 403 403 403
bridge_propose                        302 403 403 403 200 404 403 403 403 403
bridge_official                       302 403 403 403 200 200 403 403 200 200
bridge_confirm                        302 403 403 403 405 405 403 403 405 405
bridge_withdraw_mark                  302 403 403 403 200 403 403 403 403 403
account_login                         200 302 302 302 302 302 302 302 302 302
account_logout                        302 200 200 200 200 200 200 200 200 200
account_inactive                      200 200 200 200 200 200 200 200 200 200
account_signup                        200 302 302 302 302 302 302 302 302 302
account_email_verification_sent       200 200 200 200 200 200 200 200 200 200
account_confirm_email                 200 200 200 200 200 200 200 200 200 200
account_reset_password                200 200 200 200 200 200 200 200 200 200
account_reset_password_done           200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key_done  200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key       200 200 200 200 200 200 200 200 200 200
account_change_password               302 200 200 200 200 200 200 200 200 200
account_set_password                  302 302 302 302 302 302 302 302 302 302
account                               302 200 200 200 200 200 200 200 200 200
account_profile                       302 405 405 405 405 405 405 405 405 405
account_notices                       302 405 405 405 405 405 405 405 405 405
account_join                          302 200 200 200 200 200 200 200 200 200
account_requests                      302 200 200 200 200 200 200 200 200 200
account_approve                       302 405 405 405 405 405 405 405 405 405
account_decline                       302 404 404 200 403 403 404 404 404 200
account_take_back                     302 405 405 405 405 405 405 405 405 405
account_organisation                  302 404 200 200 200 200 404 404 200 200
account_terms                         302 404 200 200 200 200 404 404 200 200
account_invite                        302 404 403 200 403 403 404 404 403 200
account_roles                         302 404 403 200 403 403 404 404 404 200
account_end                           302 404 403 200 403 403 404 404 404 200
account_leave                         302 404 200 403 403 403 404 404 404 403
account_invitation                    404 404 404 404 404 404 404 404 404 404
account_accept_invitation             302 405 405 405 405 405 405 405 405 405
account_withdraw_invitation           302 405 405 405 405 405 405 405 405 405
desk                                  302 403 403 403 200 200 403 403 200 200
desk_news                             302 403 403 403 400 400 403 403 400 400
desk_next                             302 403 403 403 405 405 403 403 405 405
desk_keys                             302 403 403 403 200 200 403 403 200 200
desk_several                          302 403 403 403 405 405 403 403 405 405
desk_new                              302 403 403 403 200 200 403 403 200 200
desk_view_new                         302 403 403 403 302 302 403 403 302 302
desk_view                             302 403 403 403 200 404 403 403 404 404
desk_view_delete                      302 403 403 403 405 405 403 403 405 405
desk_labelling                        302 403 403 403 200 200 403 403 200 200
desk_label_back                       302 403 403 403 405 405 403 403 405 405
desk_labelling_of                     302 403 403 403 200 200 403 403 200 200
desk_label                            302 403 403 403 200 404 403 403 200 200
desk_attachment                       302 403 403 403 200 404 403 403 200 200
desk_case                             302 403 403 403 200 404 403 403 200 200
desk_answer                           302 403 403 403 302 404 403 403 302 302
desk_note                             302 403 403 403 302 404 403 403 302 302
desk_step                             302 403 403 403 200 404 403 403 302 302
reports                               302 403 403 403 403 403 403 403 200 200
report_cases                          302 403 403 403 403 403 403 403 200 200
report                                302 403 403 403 403 403 403 403 200 200
report_table                          302 403 403 403 403 403 403 403 200 200
report_workbook                       302 403 403 403 403 403 403 403 200 200
report_breach                         302 403 403 403 403 403 403 403 200 200
report_months                         302 403 403 403 403 403 403 403 200 200
report_month                          302 403 403 403 403 403 403 403 200 200
trials                                302 403 403 403 403 403 403 403 200 200
trial                                 302 403 403 403 403 403 403 403 200 200
trial_table                           302 403 403 403 403 403 403 403 200 200
trial_start                           302 405 405 405 405 405 405 405 405 405
trial_stop                            302 405 405 405 405 405 405 405 405 405
evaluation                            302 403 403 403 200 200 403 403 200 200
evaluation_target                     302 403 403 403 200 200 403 403 200 200
evaluation_table                      302 403 403 403 404 404 403 403 404 404
delivery_reports                      302 403 403 302 403 403 403 403 200 200
delivery_latest                       302 404 404 302 404 404 404 404 302 302
delivery_report                       302 404 404 200 404 404 404 404 200 200
delivery_workbook                     302 404 404 200 404 404 404 404 200 200
delivery_table                        302 404 404 200 404 404 404 404 200 200
rate_case                             302 404 302 404 404 404 404 404 404 404
assess_case                           302 404 404 404 200 404 404 404 404 404
reviews                               302 403 403 403 200 200 403 403 200 200
review_draw                           302 403 403 403 403 403 403 403 302 302
review_sample                         302 404 404 404 404 404 404 404 302 302
review_answer                         302 404 404 404 404 404 404 404 200 200
rules                                 302 403 403 403 403 403 403 403 200 200
rules_change                          302 403 403 403 403 403 403 403 200 200
rules_calendar                        302 403 403 403 403 403 403 403 200 200
rules_calendar_edit                   302 403 403 403 403 403 403 403 200 200
rules_calendar_new                    302 403 403 403 403 403 403 403 200 200
rules_calendar_rename                 302 403 403 403 403 403 403 403 200 200
rules_calendar_restore                302 403 403 403 403 403 403 403 200 200
rules_calendar_retire                 302 403 403 403 403 403 403 403 200 200
rules_escalations                     302 403 403 403 403 403 403 403 200 200
rules_agreements                      302 403 403 403 403 403 403 403 200 200
rules_promises                        302 403 403 403 403 403 403 403 200 200
rules_terms                           302 403 403 403 403 403 403 403 200 200
rules_terms_new                       302 403 403 403 403 403 403 403 200 200
rules_terms_unsigned                  302 403 403 403 403 403 403 403 200 200
rules_terms_version                   302 403 403 403 403 403 403 403 200 200
rules_what_if                         302 403 403 403 403 403 403 403 200 200
rules_what_if_table                   302 403 403 403 403 403 403 403 200 200
rules_what_if_workbook                302 403 403 403 403 403 403 403 200 200
rules_what_ifs                        302 403 403 403 403 403 403 403 200 200
operations                            302 403 403 403 403 403 403 403 403 200
operations_mails                      302 403 403 403 403 403 403 403 403 200
operations_mail                       302 403 403 403 403 403 403 403 403 200
operations_people                     302 403 403 403 403 403 403 403 403 200
operations_person_new                 302 403 403 403 403 403 403 403 403 200
operations_person                     302 403 403 403 403 403 403 403 403 200
operations_person_close               302 403 403 403 403 403 403 403 403 200
operations_person_open                302 403 403 403 403 403 403 403 403 405
operations_person_link                302 403 403 403 403 403 403 403 403 405
operations_try_topic                  302 403 403 403 403 403 403 403 403 405
operations_try_task                   302 403 403 403 403 403 403 403 403 405
operations_rebuild                    302 403 403 403 403 403 403 403 403 405
operations_classifier                 302 403 403 403 403 403 403 403 403 200
operations_classifier_use             302 403 403 403 403 403 403 403 403 405
page_feedback                         302 302 302 302 302 302 302 302 302 302
page_feedback_thanks                  200 200 200 200 200 200 200 200 200 200
page_feedback_list                    302 403 403 403 403 403 403 200 403 200
wagtail_serve                         200 200 200 200 200 200 200 200 200 200
"""

# Answers to an empty POST, where there is something to send; 405 for everybody elsewhere.
SENT = """
                                        V   M   O   C 1st 2nd Mod  Ed Man Adm
health                                200 200 200 200 200 200 200 200 200 200
set_language                          302 302 302 302 302 302 302 302 302 302
ask                                   422 422 422 422 422 422 422 422 422 422
ask_lookup                            204 204 204 204 204 204 204 204 204 204
ask_solved                            302 302 302 302 302 302 302 302 302 302
ask_draft                             422 422 422 422 422 422 422 422 422 422
ask_details                           302 404 302 404 404 404 404 404 404 404
ask_check                             302 404 302 404 404 404 404 404 404 404
ask_discard                           302 404 302 404 404 404 404 404 404 404
my_cases                              302 405 405 405 405 405 405 405 405 405
my_case_file                          302 405 405 405 405 405 405 405 405 405
my_case                               302 405 405 405 405 405 405 405 405 405
my_case_receipt                       302 405 405 405 405 405 405 405 405 405
my_case_reply                         302 404 422 422 404 404 404 404 404 404
my_case_discard_reply                 302 404 302 302 404 404 404 404 404 404
my_case_close                         302 404 302 302 404 404 404 404 404 404
my_case_reopen                        302 404 422 422 404 404 404 404 404 404
my_case_colleague                     302 404 422 422 404 404 404 404 404 404
community_ask                         422 422 422 422 422 422 422 422 422 422
community_similar                     200 200 200 200 200 200 200 200 200 200
community_preview                     200 200 200 200 200 200 200 200 200 200
community_me_too                      302 302 302 302 302 302 302 302 302 302
community_vote                        302 302 302 302 302 302 302 302 302 302
community_accept                      302 302 302 302 302 302 302 302 302 302
community_confirm                     302 302 302 302 302 302 302 302 302 302
community_question                    422 422 422 422 422 422 422 422 422 422
community_tags                        200 200 200 200 200 200 200 200 200 200
community_ask_draft                   422 422 422 422 422 422 422 422 422 422
community_discard_draft               404 404 302 404 404 404 404 404 404 404
community_edit_profile                302 302 302 302 302 302 302 302 302 302
community_edit_question               302 403 422 403 403 403 403 403 403 403
community_retag                       302 403 302 403 403 403 302 403 403 302
community_withdraw_question           302 403 409 403 403 403 403 403 403 403
community_edit_answer                 302 422 403 403 403 403 403 403 403 403
community_withdraw_answer             302 302 403 403 403 403 403 403 403 403
community_report                      302 302 422 422 422 422 422 422 422 422
moderation_undo                       302 403 403 403 403 403 404 403 403 404
moderation_member_step                302 403 403 403 403 403 422 403 403 422
moderation_step                       302 403 403 403 403 403 422 403 403 422
notices                               302 405 405 405 405 405 405 405 405 405
notices_read_all                      302 302 302 302 302 302 302 302 302 302
notice_read                           302 404 302 404 404 404 404 404 404 404
follow_question                       302 302 302 302 302 302 302 302 302 302
digest                                302 422 422 422 422 422 422 422 422 422
digest_stop                           302 302 302 302 302 302 302 302 302 302
stop_mail                             200 200 200 200 200 200 200 200 200 200
bridge_to_case                        302 403 422 403 403 403 422 403 403 422
bridge_article                        302 403 403 403 302 302 403 302 403 302
bridge_draft                          302 403 403 403 422 422 403 422 403 422
bridge_questions                      302 405 405 405 405 405 405 405 405 405
bridge_proposals                      302 405 405 405 405 405 405 405 405 405
bridge_proposal                       302 404 404 404 422 404 422 404 404 422
bridge_decline                        302 404 404 404 422 404 422 404 404 422
bridge_publish                        403 403 403 403 422 404 403 403 403 403
bridge_propose                        403 403 403 403 422 404 403 403 403 403
bridge_official                       403 403 403 403 405 405 403 403 405 405
bridge_confirm                        403 403 403 403 302 403 403 403 403 403
bridge_withdraw_mark                  403 403 403 403 302 403 403 403 403 403
account_login                         200 302 302 302 302 302 302 302 302 302
account_logout                        302 302 302 302 302 302 302 302 302 302
account_signup                        200 302 302 302 302 302 302 302 302 302
account_confirm_email                 404 404 404 404 404 404 404 404 404 404
account_reset_password                200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key       200 200 200 200 200 200 200 200 200 200
account_change_password               302 200 200 200 200 200 200 200 200 200
account_set_password                  302 302 302 302 302 302 302 302 302 302
account                               302 405 405 405 405 405 405 405 405 405
account_profile                       302 422 422 422 422 422 422 422 422 422
account_notices                       302 302 302 302 302 302 302 302 302 302
account_join                          302 404 404 404 404 404 404 404 404 404
account_requests                      302 405 405 405 405 405 405 405 405 405
account_approve                       302 404 404 302 403 403 404 404 404 302
account_decline                       302 404 404 200 403 403 404 404 404 200
account_take_back                     302 404 404 403 403 403 404 404 404 403
account_organisation                  302 405 405 405 405 405 405 405 405 405
account_terms                         302 404 403 422 403 403 404 404 403 403
account_invite                        302 404 403 200 403 403 404 404 403 200
account_roles                         302 404 403 302 403 403 404 404 404 302
account_end                           302 404 403 302 403 403 404 404 404 302
account_leave                         302 404 302 403 403 403 404 404 404 403
account_invitation                    404 404 404 404 404 404 404 404 404 404
account_accept_invitation             302 302 302 302 302 302 302 302 302 302
account_withdraw_invitation           302 404 404 302 404 404 404 404 404 302
desk                                  403 403 403 403 405 405 403 403 405 405
desk_news                             403 403 403 403 405 405 403 403 405 405
desk_next                             403 403 403 403 302 302 403 403 302 302
desk_keys                             403 403 403 403 405 405 403 403 405 405
desk_several                          403 403 403 403 404 404 403 403 404 404
desk_new                              403 403 403 403 422 422 403 403 422 422
desk_view_new                         403 403 403 403 302 302 403 403 302 302
desk_view                             403 403 403 403 422 404 403 403 404 404
desk_view_delete                      403 403 403 403 302 404 403 403 404 404
desk_labelling                        403 403 403 403 405 405 403 403 405 405
desk_label_back                       403 403 403 403 302 302 403 403 302 302
desk_labelling_of                     403 403 403 403 405 405 403 403 405 405
desk_label                            403 403 403 403 422 404 403 403 422 422
desk_attachment                       403 403 403 403 405 405 403 403 405 405
desk_case                             403 403 403 403 405 405 403 403 405 405
desk_answer                           403 403 403 403 422 404 403 403 422 422
desk_note                             403 403 403 403 422 404 403 403 422 422
desk_step                             403 403 403 403 422 404 403 403 422 422
reports                               302 403 403 403 403 403 403 403 405 405
report_cases                          302 403 403 403 403 403 403 403 405 405
report                                302 403 403 403 403 403 403 403 405 405
report_table                          302 403 403 403 403 403 403 403 405 405
report_workbook                       302 403 403 403 403 403 403 403 405 405
report_breach                         302 403 403 403 403 403 403 403 422 422
report_months                         302 403 403 403 403 403 403 403 422 422
report_month                          302 403 403 403 403 403 403 403 405 405
trials                                302 403 403 403 403 403 403 403 405 405
trial                                 302 403 403 403 403 403 403 403 405 405
trial_table                           302 403 403 403 403 403 403 403 405 405
trial_start                           302 403 403 403 403 403 403 403 403 302
trial_stop                            302 403 403 403 403 403 403 403 403 302
evaluation                            302 403 403 403 405 405 403 403 405 405
evaluation_target                     302 403 403 403 405 405 403 403 405 405
evaluation_table                      302 403 403 403 405 405 403 403 405 405
delivery_reports                      302 405 405 405 405 405 405 405 405 405
delivery_latest                       302 405 405 405 405 405 405 405 405 405
delivery_report                       302 404 404 403 404 404 404 404 302 302
delivery_workbook                     302 405 405 405 405 405 405 405 405 405
delivery_table                        302 405 405 405 405 405 405 405 405 405
rate_case                             302 404 302 404 404 404 404 404 404 404
assess_case                           302 404 404 404 422 404 404 404 404 404
reviews                               302 405 405 405 405 405 405 405 405 405
review_draw                           302 403 403 403 403 403 403 403 422 422
review_sample                         302 405 405 405 405 405 405 405 405 405
review_answer                         302 404 404 404 404 404 404 404 422 422
rules                                 302 403 403 403 403 403 403 403 405 405
rules_change                          302 403 403 403 403 403 403 403 302 302
rules_calendar                        302 403 403 403 403 403 403 403 405 405
rules_calendar_edit                   302 403 403 403 403 403 403 403 422 422
rules_calendar_new                    302 403 403 403 403 403 403 403 422 422
rules_calendar_rename                 302 403 403 403 403 403 403 403 422 422
rules_calendar_restore                302 403 403 403 403 403 403 403 422 422
rules_calendar_retire                 302 403 403 403 403 403 403 403 409 409
rules_escalations                     302 403 403 403 403 403 403 403 422 422
rules_agreements                      302 403 403 403 403 403 403 403 422 422
rules_promises                        302 403 403 403 403 403 403 403 422 422
rules_terms                           302 403 403 403 403 403 403 403 405 405
rules_terms_new                       302 403 403 403 403 403 403 403 422 422
rules_terms_unsigned                  302 403 403 403 403 403 403 403 405 405
rules_terms_version                   302 403 403 403 403 403 403 403 405 405
rules_what_if                         302 403 403 403 403 403 403 403 405 405
rules_what_if_table                   302 403 403 403 403 403 403 403 405 405
rules_what_if_workbook                302 403 403 403 403 403 403 403 405 405
rules_what_ifs                        302 403 403 403 403 403 403 403 422 422
operations                            302 403 403 403 403 403 403 403 403 405
operations_mails                      302 403 403 403 403 403 403 403 403 405
operations_mail                       302 403 403 403 403 403 403 403 403 405
operations_people                     302 403 403 403 403 403 403 403 403 405
operations_person_new                 302 403 403 403 403 403 403 403 403 422
operations_person                     302 403 403 403 403 403 403 403 403 422
operations_person_close               302 403 403 403 403 403 403 403 403 302
operations_person_open                302 403 403 403 403 403 403 403 403 302
operations_person_link                302 403 403 403 403 403 403 403 403 302
operations_try_topic                  302 403 403 403 403 403 403 403 403 302
operations_try_task                   302 403 403 403 403 403 403 403 403 302
operations_rebuild                    302 403 403 403 403 403 403 403 403 302
operations_classifier                 302 403 403 403 403 403 403 403 403 405
operations_classifier_use             302 403 403 403 403 403 403 403 403 302
page_feedback                         422 422 422 422 422 422 422 422 422 422
wagtail_serve                         200 200 200 200 200 200 200 200 200 200
"""

# Leads to the address of the same thing elsewhere, or is a form of the framework nobody links to.
NOT_LISTED = {"wagtaildocs_serve", "wagtaildocs_authenticate_with_password"} | {
    "wagtailcore_authenticate_with_password",
    "wagtailcore_login",
}


def _table(text: str) -> dict[str, list[int]]:
    rows = [line.split() for line in text.strip().splitlines()]
    return {name: [int(cell) for cell in cells] for name, *cells in rows[1:]}


def _line(name: str, answers: list[int]) -> str:
    return f"{name:<38}" + " ".join(str(answer) for answer in answers)


@pytest.fixture(autouse=True)
def _topics(monkeypatch):
    """The topics rows are put under, whatever handles them."""
    for topic in ("search", "classify", "crm"):
        monkeypatch.setitem(outbox._handlers, topic, lambda rows: None)


@pytest.fixture
def world(db):
    return make_world()


@pytest.fixture
def clients(world) -> dict[str, Client]:
    """A browser of somebody in each role, signed in but for the visitor's."""
    return {role: _browser(world.people[role]) for role in ROLES}


def _browser(user) -> Client:
    client = Client()
    if user.is_authenticated:
        client.force_login(user)
    return client


def answers(world, clients, name: str, method: str) -> list[int]:
    """The status each role gets, each in a world nobody has changed."""
    address = reverse(name, args=world.arguments.get(name, ()))
    return [_answer(clients[role], address, method) for role in ROLES]


def _answer(client: Client, address: str, method: str) -> int:
    """What the browser gets; neither the world nor the browser knows of it afterwards."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        try:
            return getattr(client, method)(address).status_code
        finally:
            transaction.set_rollback(True)
            client.cookies = cookies


# Who may send is asked with the statements that ask who may open.
ON_SQLITE = pytest.mark.sqlite


@pytest.mark.parametrize(
    ("method", "table"), [("get", OPENED), pytest.param("post", SENT, marks=ON_SQLITE)]
)
def test_every_role_opens_what_the_table_says(world, clients, method, table):
    expected = _table(table)
    found = {name: answers(world, clients, name, method) for name in expected}
    wrong = [_line(name, found[name]) for name in expected if found[name] != expected[name]]
    assert not wrong, "Found instead:\n" + "\n".join(wrong)


def test_every_address_is_in_the_table():
    missing = set(names_and_routes()) - NOT_LISTED - set(_table(OPENED))
    assert not missing, f"Say in the table who may open: {sorted(missing)}"
    gone = (set(_table(OPENED)) | set(_table(SENT))) - set(names_and_routes())
    assert not gone, f"Take out of the table: {sorted(gone)}"


@ON_SQLITE
def test_addresses_without_a_line_for_sending_refuse_what_is_sent(world, clients):
    silent = sorted(set(_table(OPENED)) - set(_table(SENT)))
    found = {name: set(answers(world, clients, name, "post")) for name in silent}
    assert {name: codes for name, codes in found.items() if codes != {405}} == {}


@pytest.mark.parametrize("role", ["visitor", "administrator"])
def test_a_number_that_no_row_can_have_is_nothing_that_is_there(world, role):
    client = _browser(world.people[role])
    for name, address in _addresses_far_off(world.arguments).items():
        for method in ("get", "post"):
            status = _answer(client, address, method)
            assert status in (302, 403, 404, 405), (name, method, status)


def _addresses_far_off(known: dict[str, tuple]) -> dict[str, str]:
    """The addresses with a number in them, by name, each with a larger number than any row's."""
    routes = names_and_routes()
    numbered = {name: known[name] for name in known if "<int:" in routes.get(name, "")}
    return {
        name: reverse(name, args=[10**23 if isinstance(each, int) else each for each in arguments])
        for name, arguments in numbered.items()
    }


@pytest.mark.parametrize(
    "role", [role for role in ROLES if role not in ("editor", "administrator")]
)
def test_editors_admin_is_closed_to_everybody_else(world, role):
    client = Client()
    if world.people[role].is_authenticated:
        client.force_login(world.people[role])
    opened = {
        name for name, route in admin_routes().items() if client.get(route).status_code == 200
    }
    assert opened <= {"wagtailadmin_javascript_catalog", "wagtailadmin_sprite"}  # words and icons


def test_editors_write_and_do_not_administer(world):
    client = Client()
    client.force_login(world.people["editor"])
    assert client.get(reverse("wagtailadmin_home")).status_code == 200
    for name in ("wagtailusers_users:index", "wagtailusers_groups:index", "wagtailsites:index"):
        assert client.get(reverse(name)).status_code != 200, name
