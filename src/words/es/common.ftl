# Lo que se lee en las páginas, en español.

language = Español
language-in-english = Spanish
day = { $n } de { $month } de { $year }
moment = { $n } de { $month } de { $year }, { $time } UTC
month-1 = enero
month-2 = febrero
month-3 = marzo
month-4 = abril
month-5 = mayo
month-6 = junio
month-7 = julio
month-8 = agosto
month-9 = septiembre
month-10 = octubre
month-11 = noviembre
month-12 = diciembre
years = { $n ->
    [one] 1 año
   *[other] { $n } años
}
months = { $n ->
    [one] 1 mes
   *[other] { $n } meses
}
weeks = { $n ->
    [one] 1 semana
   *[other] { $n } semanas
}
days = { $n ->
    [one] 1 día
   *[other] { $n } días
}
price = { $amount } { $currency } { $per }
per-P1M = al mes
per-P1Y = al año
per-other = por { $term }
role-DIRECTORY_READER = lectores del directorio
role-GUEST_INVITER = invitadores de huéspedes
role-PASSWORD_ADMIN = administradores de contraseñas
role-MESSAGE_CENTER_READER = lectores del centro de mensajes
role-REPORTS_READER = lectores de informes
role-HELPDESK_ADMIN = administradores del servicio de ayuda
role-USER_ADMIN = administradores de usuarios
role-GROUPS_ADMIN = administradores de grupos
role-GLOBAL_ADMIN = administradores globales
sign-out = Cerrar la sesión

