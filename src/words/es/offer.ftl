# La página de una oferta

offer-title = Oferta de { $partner }
offer-title-problem = No se ha hecho: oferta de { $partner }
offer-asks-delegation = { $partner } pide administrar la cuenta de su organización
offer-asks-trial = { $partner } invita a su organización a una prueba
offer-asks-purchase = { $partner } ofrece suscripciones a su organización
offer-on = en { $platform }
offer-proven = dominio verificado
offer-unproven = no ha demostrado ningún dominio propio
offer-certified = Certificado por { $platform } desde el { $since }
offer-not-certified = Sin certificación vigente
offer-reach-people = { $n ->
    [0] Nadie tiene allí acceso administrativo todavía
    [one] 1 persona de allí tendría acceso
   *[other] { $n } personas de allí tendrían acceso
}
offer-reach-people-many = Más de { $n } personas de allí tendrían acceso
offer-reach-clients = { $n ->
    [0] no administra a ningún otro cliente todavía
    [one] administra ahora a 1 cliente
   *[other] administra ahora a { $n } clientes
}
offer-reach-clients-many = administra ahora a más de { $n } clientes
offer-wants = Lo que pide
offer-cap-FULL = Administración completa
offer-cap-LIMITED = Ayuda con las contraseñas
offer-cap-FULL-hint = los derechos de un administrador global suyo, con las excepciones de esta página
offer-cap-LIMITED-hint = los derechos de un administrador de contraseñas suyo: solo restablecer contraseñas
offer-for = durante { $term }
offer-until = Si acepta ahora, hasta el { $until }.
offer-no-access = Ningún acceso a su cuenta.
offer-trial-of = Prueba de { $plan }
offer-subscription = Suscripción a { $plan }
offer-licences = { $n ->
    [one] 1 licencia
   *[other] { $n } licencias
}
offer-trial-ends = { $n ->
    [one] durante 1 día; después termina por sí sola
   *[other] durante { $n } días; después termina por sí sola
}
offer-price = Precio: { $price }
offer-price-after = Precio después de la prueba: { $price }
offer-price-licence = { $price } por licencia
offer-total = Total por las licencias ofrecidas: { $totals }
offer-location = Se usa en
offer-office = Oficina
offer-open-until = Puede responder hasta el { $until }.
offer-message = En palabras de { $partner }
offer-may = Lo que podría hacer
offer-group-SIGN_INS = Restablecer contraseñas, bloquear
offer-group-SIGN_INS-LIMITED = Restablecer contraseñas
offer-group-ROLES = Dar y quitar roles de administrador
offer-group-PEOPLE = Añadir, cambiar y eliminar personas
offer-group-DOMAINS = Administrar nombres de dominio
offer-group-SERVICES = Administrar licencias y servicios
offer-group-SIGN_INS-hint = También puede desbloquear a personas, terminar sus sesiones, y cambiar sus contactos y sus nombres de inicio de sesión.
offer-group-SIGN_INS-LIMITED-hint = No las de { $roles }.
offer-group-ROLES-hint = Un rol que dé no vale más tiempo que este consentimiento, y nunca para lo que solo hacen sus propios administradores.
offer-group-PEOPLE-hint = Las personas eliminadas se pueden restaurar durante un tiempo.
offer-group-DOMAINS-hint = Un nombre cuenta cuando se ha demostrado en el DNS.
offer-group-SERVICES-hint = Lo que cuesta una licencia es cosa de usted y de quien la vendió.
offer-sees-FULL = Ve a sus usuarios con sus roles y contactos, sus dominios, y sus propios actos en el registro de usted.
offer-sees-LIMITED = Ve los nombres, los nombres de inicio de sesión y los roles de sus usuarios, y sus propios actos en el registro de usted.
offer-never = Lo que nunca puede hacer
offer-never-devices = Administrar, bloquear o borrar dispositivos.
offer-never-admins = Hacerse con el inicio de sesión de un administrador nombrado por ustedes, salvo que lo permitan.
offer-never-consent = Consentir por ustedes, ni obtener más acceso o por más tiempo.
offer-never-record = Actuar sin figurar por su nombre en su registro.
offer-details = Todo
offer-control = Usted mantiene el control
offer-control-text = Su registro muestra todo lo que se hace en su nombre, quién lo hizo, y cada intento rechazado. Puede pausarlo o terminarlo en cualquier momento: la siguiente llamada falla. Dos clics, en
offer-answer = Su respuesta
offer-answer-who = Responde un administrador global de su organización, con la sesión iniciada.
offer-sign-in = Iniciar sesión para responder
offer-sign-up = Mi organización aún no está aquí
offer-signed-in-as = Ha iniciado sesión como { $user }, de { $organization }.
offer-accept = Aceptar
offer-held = Su organización ya tomó: { $items }. Eso se mantiene, responda lo que responda.
offer-take-trial = Tomar la prueba
offer-take-subscriptions = Tomar las suscripciones
offer-licences-of = Licencias de { $plan }
offer-let = Permitir que { $partner } administre la cuenta, como se elija aquí:
offer-standing = Hay un consentimiento para { $partner }: { $cap }, hasta el { $until }.
offer-amend = Sustituir sus condiciones por estas
offer-cap-label = Las personas de { $partner } pueden tener, como máximo
offer-term-label = Por cuánto tiempo
offer-term-as = { $term }, como se pide
offer-password = Su contraseña otra vez
offer-or-decline = O rechazar
offer-reply = Por qué (lo lee el socio; puede quedar vacío)
offer-decline = Rechazar
offer-digest = Lo que responde: revisión { $revision }, resumen

