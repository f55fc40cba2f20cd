# What surrounds every page, and pages with a single message.

places = Your pages
place-grants = Access
place-hands = Sign-ins
place-record = Record
place-rules = Rules
place-partner = Offers
place-clients = Clients
place-people = People
place-me = You
contact-platform = Questions about { $platform }? { $contact }
incomplete = The form is not complete
incomplete-text = Go back, fill in the whole form, and send it again.
failed = That did not work
failed-forbidden = Not for you to see
own-page = Your own page
own-page-says = says who administers your account and what you can do.
missing = There is no such page
missing-text = Check the address.
error-overloaded = The server is too busy. Try again in a moment.
error-storage = The server cannot keep anything more: its disk is full or cannot be written. Nothing was done. Tell its operator.
error-unsure = The database was lost while this was being kept: it may have been done, or not. Look at the record before you try again.
error-internal = The server failed. Tell its operator the request id of this answer.
more-first = Only the first are shown here.
more-newest = Only the newest are shown here.
none = none
one-role-DIRECTORY_READER = directory reader
one-role-GUEST_INVITER = guest inviter
one-role-PASSWORD_ADMIN = password admin
one-role-MESSAGE_CENTER_READER = message center reader
one-role-REPORTS_READER = reports reader
one-role-HELPDESK_ADMIN = helpdesk admin
one-role-USER_ADMIN = user admin
one-role-GROUPS_ADMIN = groups admin
one-role-GLOBAL_ADMIN = global admin
state-ACTIVE = active
state-HELD = held
state-EXPIRED = expired
state-ENDED = ended

## Signing in, and passwords

sign-in = Sign in
sign-in-name = Sign-in name
sign-in-such-as = Such as
sign-in-password = Password
sign-in-lost-form = You were signed out, and what you sent was not done. Sign in, and do it again.
sign-in-lost = Lost your password? An admin of your organization resets it. If none of them can sign in, ask the operators of this platform to recover one.
password-new-title = Choose a new password
password-first-title = Choose your password
password-temporary = You signed in with a temporary password. It is good only for choosing one of your own.
password-ends-sessions = All your other sessions end with the old password.
password-the-temporary = The temporary password
password-the-present = The present password
password-new = New password
password-hint = At least { $least } characters. A few random words do well; no mix of digits and signs is needed.
password-again = The same once more
password-choose = Choose this password
password-wrong = The current password is not right.
password-differ = The two passwords differ.
password-set = Your password is set
password-set-text = You can sign in with it now. This link has done its work.
password-set-recovered = For { $hours } hours you can hold, lower and end grants, and do nothing else: so that it can be stopped if it was not you.
enrol-intro = An account was made for you. Choose its password to begin.
reset-intro-stands = Until you do, the old one goes on. Then it ends, and all your sessions with it.
reset-intro = Your password was reset. The old one no longer works; choose a new one.
recover-intro = Your sign-in was recovered. Choose a new password; every earlier session and link ends.
organization = Organization

## Confirming a contact

contact-title = Confirm your contact
contact-intro = { $name }, links to choose a password for your account are to be sent to this address. Confirm that it is yours.
contact-address = Address
contact-confirm = Confirm this address
contact-not-you = If you did not expect this, do nothing, and tell an admin of { $organization }.
contact-confirmed = Your contact is confirmed
contact-confirmed-text = Links to choose a password are sent here from now on.

## Recoveries

recovery-title = Stop a recovery
recovery-question = Stop this recovery?
recovery-redeemed = Operators let a global admin of { $organization } in again, and a new password was chosen by the link. If it was not { $name }, stop it: its sessions end, and the password and the contact are what they were before.
recovery-running = Operators are letting a global admin of { $organization } in again, because somebody asked for it. If nobody of { $organization } did, or the address is not right, stop it.
recovery-who = Who it concerns
recovery-address = Address of the link
recovery-started = Started
recovery-link = The link
recovery-link-used = was used
recovery-link-sent = was sent
recovery-link-due = is sent on { $due }
recovery-link-waits = is sent after a second operator has approved it, and a waiting time
recovery-stop = Stop this recovery
recovery-right = If it is right, do nothing.
recovery-stopped = The recovery is stopped
recovery-stopped-text = The link, if one was sent, leads nowhere. If a password was chosen by it, its sessions have ended, and the password and the contact are what they were before.
recovery-stopped-told = Everyone who was told of the recovery is told of this too. If it is still needed, the operators start another.

## A new organization

sign-up-title = A new organization
sign-up-intro = To take the offer, your organization needs an account here. A link that is mailed to you proves your address; nothing is made before you open it.
sign-up-organization = Name of your organization
sign-up-slug = Its initial domain
sign-up-slug-hint = Letters a to z, digits and hyphens. Your own domain can be added later. It is:
sign-up-slug-choice = your-choice
sign-up-name = Your name
sign-up-sign-in-name = Your sign-in name, before the @
sign-up-contact = Your email address
sign-up-send = Send me the link
sign-up-sent = Look into your mailbox
sign-up-sent-text = A link was sent to { $contact }. Open it to make { $organization } and to choose your password.
sign-up-sent-again = Nothing is made before. Whoever asks again for the same mailbox gets the next link within { $minutes } minutes, for the last request.
complete-title = Make { $organization }
complete-domain = Initial domain
complete-admin = First global admin
complete-go = Make the organization and go on

## No more offers

unsubscribe-title = No more offers
unsubscribe-question = No more offers to { $address }?
unsubscribe-text = If you press the button, no partner can have an offer sent to this address through this server any more. Your own account, if you have one, is not touched by it.
unsubscribe-go = Send me no more offers
unsubscribe-done = Done: no partner can have an offer sent to { $address } through this server any more.

## Notes and receipts

verify-title = Check a note or a receipt
verify-holds = It is good, and the record still says so
verify-fails = It is good, and the record does not say so any more
verify-record = Record of
verify-entries = Entries then
verify-last = The last one
verify-link = Its link
verify-act = The act that it proves
verify-what = What
verify-when = When
verify-by = By
verify-terms = Terms, word for word
verify-proves = What this proves: this server signed that the record of { $domain } had { $size } entries then, and its entry { $size } is the same one now. Whether each entry before it is, too, shows a whole export, compared with this file by the command below. It proves nothing of what came after.
verify-disproves = What this proves: this server signed that the record of { $domain } had { $size } entries then. Its entry { $size } is another one now, or is gone. Either the platform’s operators have declared a loss, which your admins were told by mail, or the record was changed. Keep the file: it is your proof.
verify-intro = A note says where a record ended; a receipt proves one act in it. Both came with mails of this server. Nobody needs to sign in here, and nothing that you send is kept. To check without this server, see its documentation of the record.
verify-paste = Paste it here, from its first line to its last
verify-file = Or choose the file, or drop it here
verify-go = Check it
verify-no-receipt = This is no receipt: something was added to it, or is missing. Take the file as it came with the mail.
verify-bad-receipt = This receipt is not good: { $fault }.
verify-neither = This is neither a note nor a receipt: something was added to it, or is missing. Take the file that is attached to the mail, as it came; the mail itself is none.
verify-signature = The signature is not this server's: the text was changed, or it is of another server.
act-unknown = An act that this server does not know.
not-a-day = Choose a day of the calendar.

## The password once more

confirm-title = Enter your password again
confirm-text = This needs it, because you signed in more than five minutes ago. Nothing was done yet.
confirm-wrong = The password is not right. Nothing was done yet.
confirm-go = Go on
skip = Skip to the content
end-of-day = the end of { $day } (UTC)
list-none-yet = None among those that were looked at so far; there are more.
called-in-hands = { $name }, whose sign-in { $partners } may hold
foreign-form = The form was not taken
foreign-form-text = The form came from a page of another site, or the browser did not say which page it came from. Nothing was done.
foreign-form-do = Open the page here, by the address that you were given, and send its form again. If you use an extension that hides where requests come from, switch it off for this site.
foreign-form-proxy = If you run this server behind a proxy: the proxy has to forward the headers Host and Origin unchanged.
act-details = Details
page-cure-ROLE_REQUIRED = Ask a global admin of your organization.
page-cure-PARTS_INVALID = For a trial or for subscriptions, choose a plan; for delegated administration alone, choose no plan, and what its people may do.
page-cure-PLAN_NOT_SOLD = Give another country, or choose another plan.
page-cure-CAP_NOT_LOWER = It is at its lowest already. To raise it, accept an offer.
page-cure-END_NOT_EARLIER = Choose a day before the end of the term. To end it at once, see below.
page-cure-MESSAGE_WITH_LINK = Leave it out, as well as addresses of mail: the page and the mail add the links that are needed.
page-cure-OFFER_WITHDRAWN = It cannot be answered or sent any more; a new offer can be made.
