# What people read on the pages. Every language says the same; what a kind of operation does is said in English by the
# catalogue itself.

language = English
language-in-english = English
day = { $n } { $month } { $year }
moment = { $n } { $month } { $year }, { $time } UTC
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
years = { $n ->
    [one] 1 year
   *[other] { $n } years
}
months = { $n ->
    [one] 1 month
   *[other] { $n } months
}
weeks = { $n ->
    [one] 1 week
   *[other] { $n } weeks
}
days = { $n ->
    [one] 1 day
   *[other] { $n } days
}
price = { $amount } { $currency } { $per }
per-P1M = a month
per-P1Y = a year
per-other = for { $term }
role-DIRECTORY_READER = directory readers
role-GUEST_INVITER = guest inviters
role-PASSWORD_ADMIN = password admins
role-MESSAGE_CENTER_READER = message center readers
role-REPORTS_READER = reports readers
role-HELPDESK_ADMIN = helpdesk admins
role-USER_ADMIN = user admins
role-GROUPS_ADMIN = groups admins
role-GLOBAL_ADMIN = global admins
sign-out = Sign out

