# Lo que dicen los correos. Un mensaje cuyo nombre acaba en `-button` es el texto de un enlace, y acaba en dos puntos.

mail-hello = Hola, { $name }:
mail-hello-nobody = Hola:
mail-by = Por: { $by }
mail-when = Cuándo: { $at }
mail-ticket = Tique: { $ticket }
mail-reason = Motivo, en palabras de quien lo hizo:
mail-concerns = A quién se refiere: { $name } ({ $signin })
mail-client = Cliente: { $name }
mail-partner = Partner: { $name }
mail-cap = Rol máximo: { $cap }
mail-name = Su nombre aquí: «{ $name }»
mail-sign-in-name = Su nombre de inicio de sesión: { $name }
mail-once = El enlace sirve una sola vez, hasta el { $until }.
mail-grants-button = Ver sus consentimientos:
mail-hands-button = Confirmar los contactos:
mail-your-organization = su organización
mail-an-admin = un administrador
mail-a-delegate = un administrador delegado
mail-a-partner = un socio
mail-and = y
mail-holders = { $who }, cuyo inicio de sesión puede estar en manos de { $partners }
mail-reader-of = quien lee el buzón de { $name }
mail-cap-FULL = administración completa
mail-cap-LIMITED = ayuda con las contraseñas

# Enlaces de un solo uso

mail-link-enrol-subject = Elija su contraseña para { $organization }
mail-link-enrol = Tiene una cuenta en { $organization }. Un enlace anterior ya no sirve.
mail-link-enrol-by = Tiene una cuenta en { $organization }: { $by } pidió que se le enviara este enlace. Un enlace anterior ya no sirve.
mail-link-enrol-button = Elija su contraseña:
mail-link-reset-subject = Elija una contraseña nueva para { $organization }
mail-link-reset = Su contraseña en { $organization } se ha restablecido. La anterior ya no sirve, y todas sus sesiones han terminado.
mail-link-reset-by = { $by } ha restablecido su contraseña en { $organization }. La anterior ya no sirve, y todas sus sesiones han terminado.
mail-link-reset-button = Elija una contraseña nueva:
mail-link-stands-subject = Elija una contraseña nueva para { $organization }
mail-link-stands = Alguien pidió que se le enviara este enlace para una contraseña nueva en { $organization }. Hasta que elija una, su contraseña y sus sesiones siguen como están.
mail-link-stands-by = { $by } pidió que se le enviara este enlace para una contraseña nueva en { $organization }. Hasta que elija una, su contraseña y sus sesiones siguen como están.
mail-link-stands-button = Elija una contraseña nueva:
mail-link-contact-subject = Confirme su contacto para { $organization }
mail-link-contact = Los enlaces para elegir una contraseña de su cuenta en { $organization } se enviarán a esta dirección. Confirme que es suya.
mail-link-contact-by = Los enlaces para elegir una contraseña de su cuenta en { $organization } se enviarán a esta dirección: la puso { $by }. Confirme que es suya.
mail-link-contact-button = Confirmar esta dirección:
mail-link-unexpected = Si no lo esperaba, no abra el enlace y avise a un administrador de { $organization }.
mail-sign-up-subject = Cree su organización y tome la oferta
mail-sign-up = Ha pedido una organización, { $organization }, para tomar una oferta con ella. Abra este enlace para crearla y elegir su contraseña.
mail-sign-up-button = Crear su organización:
mail-sign-up-domain = Su dominio inicial: { $domain }
mail-sign-up-unexpected = Si no lo esperaba, no haga nada: sin este enlace no se crea nada.

# Lo que se hizo a un usuario

mail-user-reset-subject = Su contraseña se ha restablecido
mail-user-reset = Su contraseña se ha restablecido, y a quien lo hizo se le mostró una temporal. Todas sus sesiones han terminado. La contraseña temporal solo sirve para elegir una propia.
mail-user-name-subject = Su nombre de inicio de sesión ha cambiado
mail-user-name = Su nombre de inicio de sesión ha cambiado. A partir de ahora, inicie sesión con el nuevo.
mail-user-domain-subject = Su nombre de inicio de sesión ha cambiado
mail-user-domain = Ya no está demostrado que el nombre de dominio de su nombre de inicio de sesión sea de su organización. A partir de ahora, inicie sesión con el nombre de abajo y la misma contraseña.
mail-user-contact-subject = Su contacto ha cambiado
mail-user-contact = Los enlaces para elegir una contraseña ya no se envían a esta dirección.
mail-user-changed-subject = Su cuenta ha cambiado
mail-user-button = Ver su cuenta:
mail-user-unexpected = Si no lo esperaba, avise a un administrador de { $organization }.

# Respuestas a ofertas

mail-answer-accepted-subject = { $client } aceptó su oferta
mail-answer-declined-subject = { $client } rechazó su oferta
mail-answer-accepted = { $client } aceptó su oferta.
mail-answer-partly = { $client } aceptó una parte de su oferta.
mail-answer-declined = { $client } rechazó su oferta.
mail-answer-offered = Lo ofrecido: { $offered }
mail-answer-begins = En palabras de ustedes: { $begins }
mail-answer-reason = Motivo, en palabras del cliente:
mail-answer-taken-before = Las suscripciones se tomaron con una respuesta anterior.
mail-answer-none-taken = No se tomó ninguna suscripción.
mail-answer-taken = Suscripciones:
mail-answer-goes-on = El consentimiento para la administración delegada continúa, en estas condiciones.
mail-answer-given = Se concedió la administración delegada.
mail-answer-given-before = La administración delegada se concedió con una respuesta anterior, y se mantiene.
mail-answer-not-given = No se concedió la administración delegada.
mail-answer-term = Plazo: { $term }, hasta el { $until }
mail-answer-button = Abrir la oferta:
mail-offered-delegation = administración delegada
mail-offered-trial = una prueba de { $plans }
mail-offered-trial-delegation = una prueba de { $plans }, con administración delegada
mail-offered-purchase = una compra de { $plans }
mail-offered-purchase-delegation = una compra de { $plans }, con administración delegada

# Lo que pasa con los consentimientos: asuntos, que son también la primera frase, sin su punto

mail-grant-begun = { $client } concedió a { $partner } la administración delegada
mail-grant-amended = La administración delegada de { $client } por { $partner } tiene otras condiciones
mail-grant-held = { $side ->
    [PARTNER] La administración delegada de { $client } por { $partner } está en pausa: la pausó el socio
   *[CLIENT] La administración delegada de { $client } por { $partner } está en pausa: la pausó el cliente
}
mail-grant-lost = { $side ->
    [PARTNER] La administración delegada de { $client } por { $partner } está en pausa, porque se perdieron entradas del registro del socio
   *[CLIENT] La administración delegada de { $client } por { $partner } está en pausa, porque se perdieron entradas del registro del cliente
}
mail-grant-lifted = { $side ->
    [PARTNER] El socio levantó su pausa de la administración delegada de { $client } por { $partner }
   *[CLIENT] El cliente levantó su pausa de la administración delegada de { $client } por { $partner }
}
mail-grant-lifted-still = { $side ->
    [PARTNER] El socio levantó su pausa de la administración delegada de { $client } por { $partner }; la del cliente sigue
   *[CLIENT] El cliente levantó su pausa de la administración delegada de { $client } por { $partner }; la del socio sigue
}
mail-grant-lowered = La administración delegada de { $client } por { $partner } se limita ahora a: { $cap }
mail-grant-shortened = La administración delegada de { $client } por { $partner } termina antes: el { $until }
mail-grant-ends = { $n ->
    [one] La administración delegada de { $client } por { $partner } termina mañana
   *[other] La administración delegada de { $client } por { $partner } termina dentro de { $n } días
}
mail-grant-pauses = La administración delegada de { $client } por { $partner } se interrumpe: su plazo ha terminado
mail-grant-closed = La administración delegada de { $client } por { $partner } ha terminado para siempre: nadie la renovó
mail-grant-ended = { $side ->
    [PARTNER] El socio terminó la administración delegada de { $client } por { $partner }
   *[CLIENT] El cliente terminó la administración delegada de { $client } por { $partner }
}
mail-grant-changed = La administración delegada de { $client } por { $partner } ha cambiado: { $what }

# Lo mismo, con más palabras

mail-grant-term = Plazo: hasta el { $until }
mail-grant-grace = Nadie de { $partner } puede actuar ahora en la cuenta de su organización. Si acepta una oferta de { $partner } antes del { $until }, el mismo consentimiento continúa como estaba; después se cierra para siempre.
mail-grant-over = Nadie de { $partner } alcanza ya nada en la cuenta de su organización por este consentimiento. Se han quitado los roles de administrador que dieron sus administradores delegados, los enlaces a contactos que pusieron no llevan a ninguna parte, y las contraseñas que se les mostraron ya no sirven.
mail-grant-nobody-held = Nadie de { $partner } tiene en sus manos el inicio de sesión de ninguno de sus usuarios.
mail-grant-held-users = Aún pueden tener en sus manos el inicio de sesión de estos usuarios, que solo se alcanzan a sí mismos:
mail-grant-others = y otros
mail-grant-confirm = Confirme o cambie sus contactos, y serán solo de su organización.
mail-grant-record = Lo que se hizo queda en su registro.
mail-grant-left-button = Ver lo que terminó y lo que quedó:
mail-grant-control = Puede pausar o terminar sus consentimientos en cualquier momento.
mail-grant-partner-grace = Sus usuarios no alcanzan ahora nada en este cliente. Si el cliente acepta una oferta de ustedes antes del { $until }, el mismo consentimiento continúa como estaba; después se cierra para siempre.
mail-grant-partner-over = Sus usuarios ya no alcanzan nada en este cliente. Para seguir, el cliente tiene que aceptar otra vez una oferta.
mail-grant-partner-held = Hasta que se levante la pausa, sus usuarios no alcanzan nada en este cliente.
mail-grant-partner-active = Sus usuarios pueden administrar este cliente dentro del rol máximo, hasta que termine el plazo.
mail-held-both = { $name } ({ $signin }), { $contact }: pusieron el contacto y pueden saber la contraseña
mail-held-contact = { $name } ({ $signin }), { $contact }: pusieron el contacto
mail-held-secret = { $name } ({ $signin }), { $contact }: pueden saber la contraseña

# Lo que hacen los administradores delegados

mail-admin-waited-subject = Un rol de administrador de { $name } cuenta desde ahora
mail-admin-waited = Un rol que dio uno de sus administradores cuenta desde ahora: el usuario ya no está en manos del socio cuyas personas podían tener su inicio de sesión.
mail-admin-waited-button = Ver quién puede administrar su organización:
mail-admin-recovered-subject = { $name } eligió una contraseña nueva con un enlace que un socio pidió enviar
mail-admin-recovered = { $n ->
    [one] Un administrador de su organización eligió una contraseña nueva, con un enlace que un administrador delegado de un socio pidió enviar a su contacto. Durante 1 hora puede pausar, rebajar y terminar consentimientos, y nada más.
   *[other] Un administrador de su organización eligió una contraseña nueva, con un enlace que un administrador delegado de un socio pidió enviar a su contacto. Durante { $n } horas puede pausar, rebajar y terminar consentimientos, y nada más.
}
mail-admin-stop = Si no fue { $name }, deténgalo ahora: cualquier administrador global puede bloquear el inicio de sesión o restablecer la contraseña, y pausar o terminar el consentimiento.
mail-admin-changed-subject = Un socio cambió a un administrador: { $name }
mail-admin-changed = Un administrador delegado de un socio cambió a un administrador de su organización.
mail-admin-roles = Roles de administrador: { $roles }
mail-admin-role = Rol de administrador: { $role }
mail-admin-what = Qué: { $what }
mail-admin-unknown = Cambiar a un usuario.
mail-admin-wrong = Si no es correcto, pause o termine el consentimiento.
mail-admin-own = Esto se refiere a usted. Si no lo esperaba, avise a otro administrador global de su organización.
mail-contact-added-subject = Un socio añadió a un usuario: { $name }
mail-contact-added = Se añadió un usuario a su organización bajo el consentimiento para { $partner }, con el contacto al que se envían los enlaces.
mail-contact-added-by = Añadido por: { $by }
mail-contact-set-subject = Un socio puso el contacto de { $name }
mail-contact-set = El contacto de un usuario de su organización se puso bajo el consentimiento para { $partner }.
mail-contact-set-by = Puesto por: { $by }
mail-contact-user = Usuario: { $name } ({ $signin })
mail-contact-address = Contacto: { $contact }
mail-contact-hands = A este contacto se envían los enlaces para elegir una contraseña, y quien lo lea puede iniciar sesión como este usuario. Hasta que uno de sus propios administradores lo confirme o lo cambie, y el usuario abra el enlace que se envía entonces, lo que haga el usuario cuenta como hecho bajo el consentimiento para { $partner }, y cuando este termine el usuario solo se alcanzará a sí mismo.
mail-contact-confirm = Si el contacto es del usuario, confírmelo; allí se envía un enlace, y cuando el usuario lo abra, será solo de su organización.
mail-contact-wrong = Si no lo es, cámbielo allí, o pause o termine el consentimiento.

# Recuperaciones

mail-recovery-subject = Elija una contraseña nueva: su inicio de sesión se ha recuperado
mail-recovery = Operadores de { $platform } han recuperado su inicio de sesión en { $organization }, como se pidió.
mail-recovery-hours = { $n ->
    [one] Durante 1 hora a partir de entonces puede pausar, rebajar y terminar consentimientos, y nada más: así se puede detener si no fue usted.
   *[other] Durante { $n } horas a partir de entonces puede pausar, rebajar y terminar consentimientos, y nada más: así se puede detener si no fue usted.
}
mail-recovery-unexpected = Si no lo esperaba, no abra el enlace, y detenga la recuperación con el enlace de uno de los otros correos sobre ella.
mail-recovery-started-subject = Deténgala si no es correcta: se va a recuperar el inicio de sesión de { $name }
mail-recovery-started = Un operador de { $platform } ha empezado a recuperar el inicio de sesión de un administrador global de { $organization }. Alguien lo pidió, y dijo que ningún administrador global puede iniciar sesión.
mail-recovery-started-next = { $n ->
    [one] Todavía no ha cambiado nada. Un segundo operador puede aprobarlo hasta el { $lapses }. 1 día después se envía a la dirección de abajo un enlace para una contraseña nueva.
   *[other] Todavía no ha cambiado nada. Un segundo operador puede aprobarlo hasta el { $lapses }. { $n } días después se envía a la dirección de abajo un enlace para una contraseña nueva.
}
mail-recovery-approved-subject = Aprobado: se va a recuperar el inicio de sesión de { $name }
mail-recovery-approved = Un segundo operador de { $platform } ha aprobado la recuperación del inicio de sesión de un administrador global de { $organization }.
mail-recovery-approved-next = Todavía no ha cambiado nada. El { $due } se envía a la dirección de abajo un enlace para una contraseña nueva.
mail-recovery-nothing-yet = Todavía no ha cambiado nada.
mail-recovery-sent-subject = Se envió el enlace para recuperar el inicio de sesión de { $name }
mail-recovery-sent = El tiempo de espera ha terminado: se envió a la dirección de abajo un enlace para una contraseña nueva de un administrador global de { $organization }.
mail-recovery-not-needed = La recuperación del inicio de sesión de un administrador global de { $organization } terminó por sí sola: otro administrador global puede ayudar, el usuario ya no es administrador global, u otra persona podría leer la dirección de abajo. No ha cambiado nada.
mail-recovery-redeemed-subject = Se recuperó el inicio de sesión de { $name }
mail-recovery-redeemed = { $n ->
    [one] Se recuperó el inicio de sesión de un administrador global de { $organization }: se eligió una contraseña nueva con el enlace que se envió a la dirección de abajo. Durante 1 hora a partir de entonces puede pausar, rebajar y terminar consentimientos, y nada más. Dentro de esa hora todavía se puede detener: entonces terminan sus sesiones, y la contraseña y el contacto vuelven a ser los de antes.
   *[other] Se recuperó el inicio de sesión de un administrador global de { $organization }: se eligió una contraseña nueva con el enlace que se envió a la dirección de abajo. Durante { $n } horas a partir de entonces puede pausar, rebajar y terminar consentimientos, y nada más. Dentro de esas horas todavía se puede detener: entonces terminan sus sesiones, y la contraseña y el contacto vuelven a ser los de antes.
}
mail-recovery-stopped-subject = Se detuvo la recuperación del inicio de sesión de { $name }
mail-recovery-stopped = Se detuvo la recuperación del inicio de sesión de un administrador global de { $organization }. Su enlace, si se envió uno, no lleva a ninguna parte; si se eligió una contraseña con él, sus sesiones han terminado, y la contraseña y el contacto son los de antes.
mail-recovery-again = Si todavía hace falta, pida a los operadores de { $platform } que empiecen otra.
mail-recovery-address = Dirección del enlace: { $contact }
mail-recovery-wrong = Si no es correcto, deténgala. No necesita iniciar sesión.
mail-recovery-wrong-ask = Si no es correcto, puede detenerla un administrador de { $organization } cuyo buzón no pudiera leer ningún socio, y también cualquier operador de { $platform }.
mail-recovery-stop-button = Detener la recuperación:

# Registros

mail-notes-subject = Dónde termina el registro de { $domain }
mail-notes-subject-others = Dónde terminan los registros
mail-notes = Cada acto en una cuenta figura en su registro, y cada entrada está enlazada con la anterior. Las notas adjuntas dicen dónde terminan ahora los registros, firmadas por este servidor. Guárdelas: aquello para lo que tiene una nota no se puede cambiar ni cortar sin que se vea, ni por nosotros ni por nadie.
mail-notes-line = { $n ->
    [one] { $domain }: 1 entrada, del { $at }
   *[other] { $domain }: { $n } entradas, la última del { $at }
}
mail-notes-compare = Dé una nota al otro lado de un consentimiento, y compárenlas: ambos tienen que ver la misma historia. Cualquiera puede comprobar una nota o un recibo.
mail-notes-button = Comprobar una nota o un recibo:
mail-notes-here = La última nota de su propio registro está siempre aquí:
mail-record-lost-subject = Se perdieron entradas del registro de { $organization }
mail-record-lost = Se perdieron las entradas { $first } a { $last } del registro de { $organization }: los operadores de la plataforma tuvieron que volver a un estado anterior de la base de datos, y lo han declarado.
mail-record-restored-subject = Se restauró el registro de { $organization }
mail-record-none-lost = No consta que se haya perdido ninguna entrada del registro de { $organization }. Pero los operadores de la plataforma pusieron una copia de seguridad de la base de datos, o el registro no terminaba como lo había firmado este servidor, y declararon desde dónde continúa.
mail-record-declared = Declarado: { $at }
mail-record-last = La última entrada que hay: { $at }
mail-record-undone = Lo que se hizo después de esa entrada puede haberse deshecho: un consentimiento que terminó puede estar ahí otra vez, y también un usuario o un rol que quitó. Por eso han terminado todas las sesiones y todos los enlaces de su organización.
mail-record-held = { $n ->
    [one] 1 de sus consentimientos está en pausa: nadie alcanza nada por él hasta que un administrador global suyo levante la pausa.
   *[other] { $n } de sus consentimientos están en pausa: nadie alcanza nada por ellos hasta que un administrador global suyo levante cada pausa.
}
mail-record-compare = Compare con las notas y los recibos que tiene, revise sus administradores, y decida después.

# Nombres de dominio

mail-domain-gone-subject = La prueba de { $domain } ya no está
mail-domain-gone = El registro TXT que demuestra el nombre de dominio { $domain } ya no se encuentra.
mail-domain-gone-next = Publíquelo otra vez. Si no vuelve antes del { $until }, el nombre deja de estar verificado.
mail-domain-lapsed-subject = { $domain } ya no está verificado
mail-domain-lapsed = El registro TXT que demuestra el nombre de dominio { $domain } faltó demasiado tiempo: el nombre ya no está verificado.
mail-domain-lapsed-next = Los usuarios que iniciaban sesión con él la inician a partir de ahora en el dominio inicial de la organización, con el mismo nombre delante de la @ y la misma contraseña; se ha avisado a quienes tienen un contacto demostrado. Cuando el nombre se verifique de nuevo, changeSignInName les devuelve sus nombres.
mail-domain-back-subject = La prueba de { $domain } ha vuelto
mail-domain-back = El registro TXT que demuestra el nombre de dominio { $domain } se encuentra otra vez. No queda nada por hacer.
mail-domain-same = Se ha buscado el nombre de dominio { $domain }.
mail-domain-record = El registro: { $name } TXT "{ $value }"
