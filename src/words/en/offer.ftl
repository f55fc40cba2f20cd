# The page of an offer

offer-title = Offer of { $partner }
offer-title-problem = Not done: offer of { $partner }
offer-asks-delegation = { $partner } asks to administer your organization's account
offer-asks-trial = { $partner } invites your organization to a trial
offer-asks-purchase = { $partner } offers your organization subscriptions
offer-on = on { $platform }
offer-proven = verified domain
offer-unproven = no domain of its own is proven
offer-certified = Certified by { $platform } since { $since }
offer-not-certified = Not certified now
offer-reach-people = { $n ->
    [0] Nobody there has administrative access yet
    [one] 1 person there would have access
   *[other] { $n } people there would have access
}
offer-reach-people-many = More than { $n } people there would have access
offer-reach-clients = { $n ->
    [0] administers no other clients yet
    [one] administers 1 client now
   *[other] administers { $n } clients now
}
offer-reach-clients-many = administers more than { $n } clients now
offer-wants = What it asks for
offer-cap-FULL = Full administration
offer-cap-LIMITED = Help with passwords
offer-cap-FULL-hint = the rights of a global admin of yours, with the exceptions on this page
offer-cap-LIMITED-hint = the rights of a password admin of yours: nothing but to reset passwords
offer-for = for { $term }
offer-until = If you accept now, until { $until }.
offer-no-access = No access to your account.
offer-trial-of = Trial of { $plan }
offer-subscription = Subscription to { $plan }
offer-licences = { $n ->
    [one] 1 licence
   *[other] { $n } licences
}
offer-trial-ends = { $n ->
    [one] for 1 day, and then it ends by itself
   *[other] for { $n } days, and then it ends by itself
}
offer-price = Price: { $price }
offer-price-after = Price after a trial: { $price }
offer-price-licence = { $price } per licence
offer-total = Total for the licences offered: { $totals }
offer-location = Used in
offer-office = Office
offer-open-until = You can answer until { $until }.
offer-message = In { $partner }'s own words
offer-may = What it could do
offer-group-SIGN_INS = Reset passwords, block people
offer-group-SIGN_INS-LIMITED = Reset passwords
offer-group-ROLES = Give and take admin roles
offer-group-PEOPLE = Add, change and delete people
offer-group-DOMAINS = Manage domain names
offer-group-SERVICES = Manage licences and services
offer-group-SIGN_INS-hint = It can also let people in again, end their sessions, and change their contacts and sign-in names.
offer-group-SIGN_INS-LIMITED-hint = Not those of { $roles }.
offer-group-ROLES-hint = A role that it gives counts no longer than this consent, and never for what only your own admins do.
offer-group-PEOPLE-hint = Deleted people can be restored for some time.
offer-group-DOMAINS-hint = A name counts once it is proven in DNS.
offer-group-SERVICES-hint = What a licence costs is between you and who sold it.
offer-sees-FULL = It sees your people with their roles and contacts, your domains, and its own acts in your record.
offer-sees-LIMITED = It sees your people's names, sign-in names and roles, and its own acts in your record.
offer-never = What it can never do
offer-never-devices = Manage, lock or wipe devices.
offer-never-admins = Come by the sign-in of an admin whom you appointed, unless you allow it.
offer-never-consent = Consent for you, or get more or longer access.
offer-never-record = Act without standing in your record by name.
offer-details = All of it
offer-control = You stay in control
offer-control-text = Your record shows everything done in your name, who did it, and every attempt that was refused. Pause or end this at any moment: the very next call fails. Two clicks, on
offer-answer = Your answer
offer-answer-who = A global admin of your organization answers, signed in.
offer-sign-in = Sign in to answer
offer-sign-up = My organization is not here yet
offer-signed-in-as = You are signed in as { $user }, of { $organization }.
offer-accept = Accept
offer-held = Your organization took before: { $items }. That stands, whatever you answer.
offer-take-trial = Take the trial
offer-take-subscriptions = Take the subscriptions
offer-licences-of = Licences of { $plan }
offer-let = Let { $partner } administer the account, as chosen here:
offer-standing = A consent to { $partner } stands: { $cap }, until { $until }.
offer-amend = Replace its terms by these
offer-cap-label = { $partner }'s people may have, at most
offer-term-label = For how long
offer-term-as = { $term }, as asked
offer-password = Your password again
offer-or-decline = Or decline
offer-reply = Why (the partner reads it; may stay empty)
offer-decline = Decline
offer-digest = What you answer: revision { $revision }, digest
