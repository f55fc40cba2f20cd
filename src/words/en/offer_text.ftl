# The texts of an offer, to be copied or sent

offer-text-subject-delegation = { $partner } offers to administer your account
offer-text-subject-trial = { $partner } invites you to a trial
offer-text-subject-purchase = { $partner } sends you an offer of subscriptions
offer-text-invites = { $partner } invites your organization to try:
offer-text-offers = { $partner } offers your organization:
offer-text-licences = { $n ->
    [one] { $plan }, 1 licence
   *[other] { $plan }, { $n } licences
}
offer-text-trial = { $n ->
    [one] { $licences }, for 1 day; then it ends by itself
   *[other] { $licences }, for { $n } days; then it ends by itself
}
offer-text-item = { $licences }, for { $term }
offer-text-cap-FULL = full administration
offer-text-cap-LIMITED = help with passwords
offer-text-delegation = { $partner } offers to administer your organization's account as a delegated administrator.
offer-text-asked = What is asked for: { $cap }, for { $term }, counted from your acceptance.
offer-text-choose = You can choose a shorter term, and you can pause or end this access at any moment.
offer-text-choose-lower = You can choose a lower role or a shorter term, and you can pause or end this access at any moment.
offer-text-trial-alone = You can take the trial without it.
offer-text-purchase-alone = You can take the subscriptions without it.
offer-text-message = In { $partner }'s own words:
offer-text-opens = To read the offer and to accept or decline it, a global admin of your organization opens:
offer-text-button = Read the offer:
offer-text-answers = A global admin of your organization accepts or declines it there.
offer-text-sign-up = If your organization has no account here yet, you can make one there.
offer-text-until = It can be answered until { $until }.
offer-text-footer = You get this mail because { $partner } had it sent to you, once. To get no more offers at this address:
offer-text-footer-person = You get this mail because { $person } of { $partner } had it sent to you, once. An answer to this mail goes to that person. To get no more offers at this address:
