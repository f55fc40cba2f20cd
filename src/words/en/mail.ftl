# What the mails say. A message whose name ends with `-button` is the label of a link, and ends with a colon.

mail-hello = Hello { $name },
mail-hello-nobody = Hello,
mail-by = By: { $by }
mail-when = When: { $at }
mail-ticket = Ticket: { $ticket }
mail-reason = Reason, in the words of who did it:
mail-concerns = Who it concerns: { $name } ({ $signin })
mail-client = Client: { $name }
mail-partner = Partner: { $name }
mail-cap = Role cap: { $cap }
mail-name = Your name here: “{ $name }”
mail-sign-in-name = Your sign-in name: { $name }
mail-once = The link works once, until { $until }.
mail-grants-button = See your grants:
mail-hands-button = Confirm contacts:
mail-your-organization = your organization
mail-an-admin = an admin
mail-a-delegate = a delegate
mail-a-partner = a partner
mail-and = and
mail-holders = { $who }, whose sign-in { $partners } may hold
mail-reader-of = who reads the mailbox of { $name }
mail-cap-FULL = full administration
mail-cap-LIMITED = help with passwords

# One-time links

mail-link-enrol-subject = Choose your password for { $organization }
mail-link-enrol = You have an account at { $organization }. An earlier link no longer works.
mail-link-enrol-by = You have an account at { $organization }: { $by } had this link sent to you. An earlier link no longer works.
mail-link-enrol-button = Choose your password:
mail-link-reset-subject = Choose a new password for { $organization }
mail-link-reset = Your password at { $organization } was reset. The old one no longer works, and all your sessions have ended.
mail-link-reset-by = Your password at { $organization } was reset by { $by }. The old one no longer works, and all your sessions have ended.
mail-link-reset-button = Choose a new password:
mail-link-stands-subject = Choose a new password for { $organization }
mail-link-stands = Somebody had this link to a new password at { $organization } sent to you. Until you choose one, your password and your sessions go on as they are.
mail-link-stands-by = { $by } had this link to a new password at { $organization } sent to you. Until you choose one, your password and your sessions go on as they are.
mail-link-stands-button = Choose a new password:
mail-link-contact-subject = Confirm your contact for { $organization }
mail-link-contact = Links to choose a password for your account at { $organization } are to be sent to this address. Confirm that it is yours.
mail-link-contact-by = Links to choose a password for your account at { $organization } are to be sent to this address: { $by } set it. Confirm that it is yours.
mail-link-contact-button = Confirm this address:
mail-link-unexpected = If you did not expect this, do not open the link, and tell an admin of { $organization }.
mail-sign-up-subject = Make your organization, and take the offer
mail-sign-up = You asked for an organization, { $organization }, to take an offer with. Open this link to make it and to choose your password.
mail-sign-up-button = Make your organization:
mail-sign-up-domain = Its initial domain: { $domain }
mail-sign-up-unexpected = If you did not expect this, do nothing: nothing is made without this link.

# What was done to a user

mail-user-reset-subject = Your password was reset
mail-user-reset = Your password was reset, and whoever reset it was shown a temporary one. All your sessions have ended. The temporary password is good only for choosing one of your own.
mail-user-name-subject = Your sign-in name was changed
mail-user-name = Your sign-in name was changed. Sign in with the new one from now on.
mail-user-domain-subject = Your sign-in name was changed
mail-user-domain = The domain name of your sign-in name is no longer proven to be your organization's. Sign in with the name below from now on, with the same password.
mail-user-contact-subject = Your contact was changed
mail-user-contact = Links to choose a password are no longer sent to this address.
mail-user-changed-subject = Your account was changed
mail-user-button = See your account:
mail-user-unexpected = If you did not expect this, tell an admin of { $organization }.

# Answers to offers

mail-answer-accepted-subject = { $client } accepted your offer
mail-answer-declined-subject = { $client } declined your offer
mail-answer-accepted = { $client } accepted your offer.
mail-answer-partly = { $client } accepted a part of your offer.
mail-answer-declined = { $client } declined your offer.
mail-answer-offered = Offered: { $offered }
mail-answer-begins = In your words: { $begins }
mail-answer-reason = Reason, in the client's words:
mail-answer-taken-before = The subscriptions were taken by an earlier answer.
mail-answer-none-taken = No subscription was taken.
mail-answer-taken = Subscriptions:
mail-answer-goes-on = The grant of delegated administration goes on, on these terms.
mail-answer-given = Delegated administration was given.
mail-answer-given-before = Delegated administration was given by an earlier answer, and stands.
mail-answer-not-given = No delegated administration was given.
mail-answer-term = Term: { $term }, until { $until }
mail-answer-button = Open the offer:
mail-offered-delegation = delegated administration
mail-offered-trial = a trial of { $plans }
mail-offered-trial-delegation = a trial of { $plans }, with delegated administration
mail-offered-purchase = a purchase of { $plans }
mail-offered-purchase-delegation = a purchase of { $plans }, with delegated administration

# What becomes of grants: subjects, which also are the first sentence, without its full stop

mail-grant-begun = { $client } gave { $partner } delegated administration
mail-grant-amended = The delegated administration of { $client } by { $partner } has other terms
mail-grant-held = { $side ->
    [PARTNER] The delegated administration of { $client } by { $partner } is held by the partner
   *[CLIENT] The delegated administration of { $client } by { $partner } is held by the client
}
mail-grant-lost = { $side ->
    [PARTNER] The delegated administration of { $client } by { $partner } is held, because entries of the record of the partner were lost
   *[CLIENT] The delegated administration of { $client } by { $partner } is held, because entries of the record of the client were lost
}
mail-grant-lifted = { $side ->
    [PARTNER] The delegated administration of { $client } by { $partner } is no longer held by the partner
   *[CLIENT] The delegated administration of { $client } by { $partner } is no longer held by the client
}
mail-grant-lifted-still = { $side ->
    [PARTNER] The delegated administration of { $client } by { $partner } is no longer held by the partner, and still by the client
   *[CLIENT] The delegated administration of { $client } by { $partner } is no longer held by the client, and still by the partner
}
mail-grant-lowered = The delegated administration of { $client } by { $partner } is now limited to { $cap }
mail-grant-shortened = The delegated administration of { $client } by { $partner } ends sooner: on { $until }
mail-grant-ends = { $n ->
    [one] The delegated administration of { $client } by { $partner } ends tomorrow
   *[other] The delegated administration of { $client } by { $partner } ends in { $n } days
}
mail-grant-pauses = The delegated administration of { $client } by { $partner } pauses: its term is over
mail-grant-closed = The delegated administration of { $client } by { $partner } has ended for good: nobody renewed it
mail-grant-ended = { $side ->
    [PARTNER] The delegated administration of { $client } by { $partner } was ended by the partner
   *[CLIENT] The delegated administration of { $client } by { $partner } was ended by the client
}
mail-grant-changed = The delegated administration of { $client } by { $partner } has changed: { $what }

# The same, in more words

mail-grant-term = Term: until { $until }
mail-grant-grace = Nobody of { $partner } can act in your organization's account now. If you accept an offer of { $partner } before { $until }, the same grant goes on as it was; after that it is closed for good.
mail-grant-over = Nobody of { $partner } reaches anything in your organization's account through this grant any more. Admin roles that its delegates gave are taken, links to contacts that they set lead nowhere, and passwords that they were shown have ended.
mail-grant-nobody-held = Nobody of { $partner } holds the sign-in of one of your users.
mail-grant-held-users = They may still hold the sign-in of these users, who reach only themselves:
mail-grant-others = and others
mail-grant-confirm = Confirm or change their contacts, and they are your own.
mail-grant-record = What was done stays in your record.
mail-grant-left-button = See what ended, and what was left behind:
mail-grant-control = You can hold or end your grants at any moment.
mail-grant-partner-grace = Your users reach nothing in this client now. If the client accepts an offer of yours before { $until }, the same grant goes on as it was; after that it is closed for good.
mail-grant-partner-over = Your users reach nothing in this client any more. To go on, the client accepts an offer again.
mail-grant-partner-held = Until the hold is lifted, your users reach nothing in this client.
mail-grant-partner-active = Your users can administer this client within the role cap, until the term ends.
mail-held-both = { $name } ({ $signin }), { $contact }: they set the contact and may know the password
mail-held-contact = { $name } ({ $signin }), { $contact }: they set the contact
mail-held-secret = { $name } ({ $signin }), { $contact }: they may know the password

# What delegates do

mail-admin-waited-subject = An admin role of { $name } counts now
mail-admin-waited = A role that one of your admins gave counts now: the user has come out of the hands of the partner whose people could hold its sign-in.
mail-admin-waited-button = See who may administer your organization:
mail-admin-recovered-subject = { $name } chose a new password by a link that a partner had sent
mail-admin-recovered = { $n ->
    [one] An admin of your organization chose a new password, by a link that a delegated administrator of a partner had sent to its contact. For 1 hour it can hold, lower and end grants, and does nothing else.
   *[other] An admin of your organization chose a new password, by a link that a delegated administrator of a partner had sent to its contact. For { $n } hours it can hold, lower and end grants, and does nothing else.
}
mail-admin-stop = If it was not { $name }, stop it now: any global admin can block the sign-in or reset the password, and hold or end the grant.
mail-admin-changed-subject = A partner changed an admin: { $name }
mail-admin-changed = A delegated administrator of a partner changed an admin of your organization.
mail-admin-roles = Admin roles: { $roles }
mail-admin-role = Admin role: { $role }
mail-admin-what = What: { $what }
mail-admin-unknown = Change a user.
mail-admin-wrong = If this is not right, hold or end the grant.
mail-admin-own = This is about yourself. If you did not expect it, tell another global admin of your organization.
mail-contact-added-subject = A partner added a user: { $name }
mail-contact-added = A user was added to your organization under the grant to { $partner }, with the contact that links are sent to.
mail-contact-added-by = Added by: { $by }
mail-contact-set-subject = A partner set the contact of { $name }
mail-contact-set = The contact of a user in your organization was set under the grant to { $partner }.
mail-contact-set-by = Set by: { $by }
mail-contact-user = User: { $name } ({ $signin })
mail-contact-address = Contact: { $contact }
mail-contact-hands = Links to choose a password are sent to this contact, and whoever reads it can sign in as this user. Until one of your own admins confirms or changes it, and the user has opened the link that is sent there then, what the user does counts as done under the grant to { $partner }, and once that is over the user reaches only itself.
mail-contact-confirm = If the contact is the user's own, confirm it; a link goes there, and once the user has opened it, the user is yours alone.
mail-contact-wrong = If it is not, change it there, or hold or end the grant.

# Recoveries

mail-recovery-subject = Choose a new password: your sign-in was recovered
mail-recovery = Operators of { $platform } recovered your sign-in at { $organization }, as was asked for.
mail-recovery-hours = { $n ->
    [one] For 1 hour from then on you can hold, lower and end grants, and do nothing else: so that it can be stopped if it was not you.
   *[other] For { $n } hours from then on you can hold, lower and end grants, and do nothing else: so that it can be stopped if it was not you.
}
mail-recovery-unexpected = If you did not expect this, do not open the link, and stop the recovery by the link in one of the other mails about it.
mail-recovery-started-subject = Stop it if it is not right: the sign-in of { $name } is to be recovered
mail-recovery-started = An operator of { $platform } started to recover the sign-in of a global admin of { $organization }. Somebody asked for it, and said that no global admin can sign in.
mail-recovery-started-next = { $n ->
    [one] Nothing has changed yet. A second operator can approve it until { $lapses }. 1 day after that, a link to a new password is sent to the address below.
   *[other] Nothing has changed yet. A second operator can approve it until { $lapses }. { $n } days after that, a link to a new password is sent to the address below.
}
mail-recovery-approved-subject = Approved: the sign-in of { $name } is to be recovered
mail-recovery-approved = A second operator of { $platform } approved the recovery of the sign-in of a global admin of { $organization }.
mail-recovery-approved-next = Nothing has changed yet. On { $due } a link to a new password is sent to the address below.
mail-recovery-nothing-yet = Nothing has changed yet.
mail-recovery-sent-subject = The link to recover the sign-in of { $name } was sent
mail-recovery-sent = The waiting time is over: a link to a new password of a global admin of { $organization } was sent to the address below.
mail-recovery-not-needed = The recovery of the sign-in of a global admin of { $organization } ended by itself: another global admin can help, the user is no global admin any more, or somebody else could read the address below. Nothing has changed.
mail-recovery-redeemed-subject = The sign-in of { $name } was recovered
mail-recovery-redeemed = { $n ->
    [one] The sign-in of a global admin of { $organization } was recovered: a new password was chosen by the link that was sent to the address below. For 1 hour from then on it can hold, lower and end grants, and do nothing else. Within this hour it can be stopped still: then its sessions end, and the password and the contact are what they were before.
   *[other] The sign-in of a global admin of { $organization } was recovered: a new password was chosen by the link that was sent to the address below. For { $n } hours from then on it can hold, lower and end grants, and do nothing else. Within these hours it can be stopped still: then its sessions end, and the password and the contact are what they were before.
}
mail-recovery-stopped-subject = The recovery of the sign-in of { $name } was stopped
mail-recovery-stopped = The recovery of the sign-in of a global admin of { $organization } was stopped. Its link, if one was sent, leads nowhere; if a password was chosen by it, its sessions have ended, and the password and the contact are what they were before.
mail-recovery-again = If it is still needed, ask the operators of { $platform } to start another.
mail-recovery-address = Address of the link: { $contact }
mail-recovery-wrong = If this is not right, stop it. You need not sign in.
mail-recovery-wrong-ask = If this is not right, an admin of { $organization } whose mailbox no partner could read can stop it, and so can any operator of { $platform }.
mail-recovery-stop-button = Stop the recovery:

# Records

mail-notes-subject = Where the record of { $domain } ends
mail-notes-subject-others = Where records end
mail-notes = Every act in an account stands in its record, and each entry is linked to the one before it. The notes that are attached say where records end now, signed by this server. Keep them: what you hold a note for cannot be changed or cut unseen, by us or anyone.
mail-notes-line = { $n ->
    [one] { $domain }: 1 entry, of { $at }
   *[other] { $domain }: { $n } entries, the last of { $at }
}
mail-notes-compare = Give a note to the other side of a grant, and compare: both must see one history. Anyone can check a note or a receipt.
mail-notes-button = Check a note or a receipt:
mail-notes-here = The latest note of your own record is always here:
mail-record-lost-subject = Entries of the record of { $organization } were lost
mail-record-lost = Entries { $first } to { $last } of the record of { $organization } were lost: the platform's operators had to put back an earlier state of the database, and have declared it.
mail-record-restored-subject = The record of { $organization } was restored
mail-record-none-lost = No entry of the record of { $organization } is known to be lost. But the platform's operators put back a backup of the database, or the record did not end as this server had signed it, and they declared from where it goes on.
mail-record-declared = Declared: { $at }
mail-record-last = The last entry that is there: { $at }
mail-record-undone = What was done after that entry may be undone: a grant that you ended may be there again, and a user or a role that you took away too. So all sessions and links of your organization have ended.
mail-record-held = { $n ->
    [one] 1 of its grants is held: nobody reaches anything through it until a global admin of yours lifts it.
   *[other] { $n } of its grants are held: nobody reaches anything through them until a global admin of yours lifts each.
}
mail-record-compare = Compare with the notes and receipts that you hold, look through your admins, and then decide.

# Domain names

mail-domain-gone-subject = The proof of { $domain } is gone
mail-domain-gone = The TXT record that proves the domain name { $domain } is not found any more.
mail-domain-gone-next = Publish it again. If it is not back by { $until }, the name is no longer verified.
mail-domain-lapsed-subject = { $domain } is no longer verified
mail-domain-lapsed = The TXT record that proves the domain name { $domain } was gone for too long: the name is no longer verified.
mail-domain-lapsed-next = Users who signed in with it sign in at the initial domain of the organization from now on, with the same name before the @ and the same password; those with a proven contact were told. Once the name is verified again, changeSignInName gives them back their names.
mail-domain-back-subject = The proof of { $domain } is back
mail-domain-back = The TXT record that proves the domain name { $domain } is found again. Nothing is left to do.
mail-domain-same = The domain name { $domain } was looked up.
mail-domain-record = The record: { $name } TXT "{ $value }"
