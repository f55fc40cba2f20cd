# The pages of a partner: its offers, its clients, its people.

partner-overview = Partner overview
partner-overview-make = Send delegated administration offers
partner-build = Build your business
partner-build-make = Delegate admin offer
partner-uncertified = { $organization } is not certified now: it can make no offer, and its people reach no client. The operators of { $platform } certify and reinstate partners.
partner-make-text = An offer has one address, for any number of clients. You get a text to copy into a mail, a document or a web page, and a mail with each answer.
partner-kind = What you offer
partner-kind-DELEGATION = Delegated administration alone
partner-kind-TRIAL = An invitation to a trial
partner-kind-PURCHASE = Subscriptions to buy
partner-plan = Plan, for a trial or subscriptions
partner-plan-none = no plan
partner-seats = Licences
partner-location = Country where they are used (two letters)
partner-delegation = With delegated administration
partner-delegation-no = without it
partner-term = For how long it is asked for
partner-message = In your own words (no links, no mail addresses)
partner-language = Language of its texts
partner-expires = Open until the end of this day (UTC); empty: without end
partner-make = Make the offer
partner-offers = Your offers
partner-offers-none = No offer yet.
partner-offers-older = Older offers
partner-offer-sent = { $n ->
    [one] sent to 1 address
   *[other] sent to { $n } addresses
}
partner-offer-opened = { $n ->
    [one] opened once
   *[other] opened { $n } times
}
partner-offer-accepted = { $n ->
    [one] accepted by 1 client
   *[other] accepted by { $n } clients
}
partner-offer-declined = { $n ->
    [one] declined by 1 client
   *[other] declined by { $n } clients
}
offer-state-OPEN = open
offer-state-EXPIRED = expired
offer-state-WITHDRAWN = withdrawn
partner-offer-title = Your offer: { $what }
partner-offer-made = The offer is made. Copy its text or its address, or have it sent.
partner-offer-mailed = { $now } of { $all } addresses get the offer by mail now. { $before } had it already, { $unwanted } want no offers, and { $often } had too many offers lately.
partner-offer-withdrawn = The offer is withdrawn. Grants and subscriptions that were made by it stand.
partner-offer-url = Its address, the same for every client
partner-offer-text = A text to copy
partner-offer-html = The same as HTML, for a web page
partner-offer-short = In one line
partner-offer-see = See it as a client does
partner-offer-send = Have it sent
partner-offer-addresses = Addresses, one to a line
partner-offer-send-hint = Each address gets it once, in the language of its texts; nobody who wants no offers gets it.
partner-offer-send-go = Send the offer
partner-answers = Who answered
partner-answers-none = Nobody yet. You get a mail with each answer.
partner-answer-ACCEPTED = accepted
partner-answer-DECLINED = declined
partner-answer-said = In the client's words: { $reply }
partner-withdraw = Withdraw the offer
partner-withdraw-text = Nobody can answer it any more. Grants and subscriptions that were made by it stand.

## Clients

clients-title = Clients of { $organization }
clients-search = Name or domain
clients-state = Grant
clients-state-all = any state
clients-order = Order
clients-order-name = by name
clients-order-expiry = what ends first
clients-show = Show
clients-none = No client.
clients-name = Client
clients-cap = At most
clients-until = Until
clients-more = More clients
clients-newest = Back to the first
clients-text = What can be done in each client, and its record, is in the API: open GraphiQL, or use your own front end.

## People

people-title = People of { $organization }
people-text = Who has administrative access to companies you support: full, the rights of a global admin in every client with an active grant; limited, those of a password admin there.
people-who = Person
people-access = Administrative access
people-prepared = In clients' accounts through this person
people-access-label = Administrative access to companies you support, of { $user }
people-access-NONE = no
people-access-LIMITED = yes, limited
people-access-FULL = yes, full
people-set = Set
people-done = The access is set; it holds from the very next call on.
people-search = Name or sign-in name
people-none = Nobody.
people-more = More people
people-prepared-none = nothing
people-prepared-hands = { $n ->
    [one] the sign-in of 1 user, which this person may hold
   *[other] the sign-ins of { $n } users, which this person may hold
}
people-prepared-roles = { $n ->
    [one] 1 role that this person gave
   *[other] { $n } roles that this person gave
}
