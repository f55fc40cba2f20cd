# Los textos de una oferta, para copiarlos o enviarlos

offer-text-subject-delegation = { $partner } se ofrece a administrar su cuenta
offer-text-subject-trial = { $partner } le invita a una prueba
offer-text-subject-purchase = { $partner } le envía una oferta de suscripciones
offer-text-invites = { $partner } invita a su organización a probar:
offer-text-offers = { $partner } ofrece a su organización:
offer-text-licences = { $n ->
    [one] { $plan }, 1 licencia
   *[other] { $plan }, { $n } licencias
}
offer-text-trial = { $n ->
    [one] { $licences }, durante 1 día; después termina por sí sola
   *[other] { $licences }, durante { $n } días; después termina por sí sola
}
offer-text-item = { $licences }, durante { $term }
offer-text-cap-FULL = administración completa
offer-text-cap-LIMITED = ayuda con las contraseñas
offer-text-delegation = { $partner } se ofrece a administrar la cuenta de su organización como administrador delegado.
offer-text-asked = Lo que se solicita: { $cap }, durante { $term }, a partir de su aceptación.
offer-text-choose = Puede elegir un plazo más corto, y puede suspender o revocar este acceso en cualquier momento.
offer-text-choose-lower = Puede elegir un rol inferior o un plazo más corto, y puede suspender o revocar este acceso en cualquier momento.
offer-text-trial-alone = Puede aceptar la prueba sin conceder este acceso.
offer-text-purchase-alone = Puede aceptar las suscripciones sin conceder este acceso.
offer-text-message = En palabras de { $partner }:
offer-text-opens = Para leer la oferta y aceptarla o rechazarla, un administrador global de su organización abre:
offer-text-button = Leer la oferta:
offer-text-answers = Un administrador global de su organización la acepta o la rechaza ahí.
offer-text-sign-up = Si su organización aún no tiene una cuenta aquí, puede crearla ahí mismo.
offer-text-until = Se puede responder hasta el { $until }.
offer-text-footer = Recibe este correo porque { $partner } pidió que se le enviara, una sola vez. Para no recibir más ofertas en esta dirección:
offer-text-footer-person = Recibe este correo porque { $person }, de { $partner }, pidió que se le enviara, una sola vez. Si responde a este correo, la respuesta llega a esa persona. Para no recibir más ofertas en esta dirección:
