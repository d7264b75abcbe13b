"""Signing in and up: the sign-in library's views with our forms. Only these are exposed."""

from urllib.parse import urlencode

from allauth.account import views as allauth_views
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.addresses import confirm_address
from portal.account import forms


class NewPassword(allauth_views.PasswordResetFromKeyView):
    """Choose a new password by the link of a mail."""

    form_class = forms.NewPasswordForm

    def form_valid(self, form):
        """Having read the mail, the person has also shown that the address is theirs."""
        confirm_address(self.reset_user)
        return super().form_valid(form)


@never_cache
@require_safe
def editors_door(request: HttpRequest) -> HttpResponse:
    """Where the editors' admin sends whom it does not let in: to sign in, or told why not."""
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_login')}?{urlencode(request.GET)}")
    if request.user.has_perm("wagtailadmin.access_admin"):
        return redirect("wagtailadmin_home")
    list(get_messages(request))  # read: the admin's own words for it, not in every language of ours
    context = {"reason": _("The editing pages are for editors."), "messages": ()}
    return render(request, "errors/403.html", context, status=403)


sign_in = allauth_views.LoginView.as_view(form_class=forms.SignInForm)
sign_out = allauth_views.LogoutView.as_view()
closed = allauth_views.AccountInactiveView.as_view()
new_person = allauth_views.SignupView.as_view(form_class=forms.NewPersonForm)
check_your_mail = allauth_views.EmailVerificationSentView.as_view()
confirm_your_address = allauth_views.ConfirmEmailView.as_view()
forgotten_password = allauth_views.PasswordResetView.as_view(form_class=forms.ForgottenPasswordForm)
forgotten_password_sent = allauth_views.PasswordResetDoneView.as_view()
new_password = NewPassword.as_view()
new_password_stored = allauth_views.PasswordResetFromKeyDoneView.as_view()
change_password = allauth_views.PasswordChangeView.as_view(form_class=forms.ChangePasswordForm)
first_password = allauth_views.PasswordSetView.as_view(form_class=forms.FirstPasswordForm)
