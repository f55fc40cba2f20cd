# Las páginas de un socio: sus ofertas, sus clientes, sus personas.

partner-overview = Resumen del socio
partner-overview-make = Enviar ofertas de administración delegada
partner-build = Haga crecer su negocio
partner-build-make = Oferta de administración delegada
partner-uncertified = { $organization } no está certificado ahora: no puede hacer ofertas, y sus personas no llegan a ningún cliente. Los operadores de { $platform } certifican y rehabilitan a los socios.
partner-make-text = Una oferta tiene una sola dirección, para cualquier número de clientes. Recibe un texto para copiar en un correo, un documento o una página web, y un correo con cada respuesta.
partner-kind = Qué ofrece
partner-kind-DELEGATION = Solo administración delegada
partner-kind-TRIAL = Una invitación a una prueba
partner-kind-PURCHASE = Suscripciones para comprar
partner-plan = Plan, para una prueba o suscripciones
partner-plan-none = ningún plan
partner-seats = Licencias
partner-location = País donde se usan (dos letras)
partner-delegation = Con administración delegada
partner-delegation-no = sin ella
partner-term = Por cuánto tiempo se pide
partner-message = En sus propias palabras (sin enlaces ni direcciones de correo)
partner-language = Idioma de sus textos
partner-expires = Abierta hasta el final de este día (UTC); vacío: sin fin
partner-make = Hacer la oferta
partner-offers = Sus ofertas
partner-offers-none = Todavía ninguna oferta.
partner-offers-older = Ofertas anteriores
partner-offer-sent = { $n ->
    [one] enviada a 1 dirección
   *[other] enviada a { $n } direcciones
}
partner-offer-opened = { $n ->
    [one] abierta una vez
   *[other] abierta { $n } veces
}
partner-offer-accepted = { $n ->
    [one] aceptada por 1 cliente
   *[other] aceptada por { $n } clientes
}
partner-offer-declined = { $n ->
    [one] rechazada por 1 cliente
   *[other] rechazada por { $n } clientes
}
offer-state-OPEN = abierta
offer-state-EXPIRED = vencida
offer-state-WITHDRAWN = retirada
partner-offer-title = Su oferta: { $what }
partner-offer-made = La oferta está hecha. Copie su texto o su dirección, o haga que se envíe.
partner-offer-mailed = { $now } de { $all } direcciones reciben ahora la oferta por correo. { $before } ya la tenían, { $unwanted } no quieren ofertas y { $often } recibieron demasiadas últimamente.
partner-offer-withdrawn = La oferta está retirada. Los consentimientos y suscripciones que ya se hicieron con ella valen.
partner-offer-url = Su dirección, la misma para todos los clientes
partner-offer-text = Un texto para copiar
partner-offer-html = Lo mismo como HTML, para una página web
partner-offer-short = En una línea
partner-offer-see = Verla como un cliente
partner-offer-send = Hacer que se envíe
partner-offer-addresses = Direcciones, una por línea
partner-offer-send-hint = Cada dirección la recibe una vez, en el idioma de sus textos; no la recibe quien no quiere ofertas.
partner-offer-send-go = Enviar la oferta
partner-answers = Quién respondió
partner-answers-none = Nadie todavía. Recibe un correo con cada respuesta.
partner-answer-ACCEPTED = aceptó
partner-answer-DECLINED = rechazó
partner-answer-said = En palabras del cliente: { $reply }
partner-withdraw = Retirar la oferta
partner-withdraw-text = Nadie puede responder ya. Los consentimientos y suscripciones que se hicieron con ella valen.

## Clientes

clients-title = Clientes de { $organization }
clients-search = Nombre o dominio
clients-state = Consentimiento
clients-state-all = cualquier estado
clients-order = Orden
clients-order-name = por nombre
clients-order-expiry = lo que termina antes
clients-show = Mostrar
clients-none = Ningún cliente.
clients-name = Cliente
clients-cap = Como máximo
clients-until = Hasta
clients-more = Más clientes
clients-newest = Volver a los primeros
clients-text = Lo que se puede hacer en cada cliente, y su registro, está en la API: abra GraphiQL, o use su propia aplicación.

## Personas

people-title = Personas de { $organization }
people-text = Quién tiene acceso administrativo a las empresas que usted apoya: completo, los derechos de un administrador global en cada cliente con un consentimiento activo; limitado, los de un administrador de contraseñas.
people-who = Persona
people-access = Acceso administrativo
people-prepared = En cuentas de clientes por esta persona
people-access-label = Acceso administrativo de { $user } a las empresas que usted apoya
people-access-NONE = no
people-access-LIMITED = sí, limitado
people-access-FULL = sí, completo
people-set = Establecer
people-done = El acceso está establecido; vale desde la siguiente llamada.
people-search = Nombre o nombre de inicio de sesión
people-none = Nadie.
people-more = Más personas
people-prepared-none = nada
people-prepared-hands = { $n ->
    [one] el inicio de sesión de 1 usuario, que esta persona puede tener
   *[other] los inicios de sesión de { $n } usuarios, que esta persona puede tener
}
people-prepared-roles = { $n ->
    [one] 1 rol que dio esta persona
   *[other] { $n } roles que dio esta persona
}
