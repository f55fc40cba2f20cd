# Lo que se lee en las páginas, en español.

language = Español
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

## La página de una oferta

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
offer-cap-FULL-hint = los derechos de un administrador global suyo, con las excepciones de abajo
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
offer-reply = Por qué (lo lee el partner; puede quedar vacío)
offer-decline = Rechazar
offer-digest = Lo que responde: revisión { $revision }, resumen

## Lo que hace cada tipo de operación

kind-ADD_USER = Añadir un usuario, que se inscribe con un enlace enviado a su contacto.
kind-UPDATE_PROFILE = Cambiar el nombre, el puesto, el departamento y el lugar de uso de un usuario.
kind-CHANGE_SIGN_IN_NAME = Cambiar el nombre con el que un usuario inicia sesión.
kind-CHANGE_CONTACT = Cambiar adónde se envían los enlaces de un usuario; el usuario lo demuestra con un enlace.
kind-BLOCK_SIGN_IN = Bloquear el inicio de sesión de un usuario; terminan todas sus sesiones.
kind-UNBLOCK_SIGN_IN = Dejar que un usuario bloqueado vuelva a iniciar sesión.
kind-DELETE_USER = Eliminar a un usuario, que se puede restaurar durante un tiempo; sus licencias quedan libres y sus sesiones terminan.
kind-RESTORE_USER = Restaurar a un usuario eliminado, que elige una contraseña nueva con un enlace: la anterior ya no sirve.
kind-ASSIGN_LICENCE = Dar a un usuario una licencia de una suscripción.
kind-UNASSIGN_LICENCE = Quitar a un usuario una licencia de una suscripción.
kind-SET_SERVICE_ACCESS = Activar o desactivar un servicio para un usuario que tiene licencia para él.
kind-ASSIGN_ADMIN_ROLE = Dar a un usuario un rol de administrador.
kind-REMOVE_ADMIN_ROLE = Quitar a un usuario un rol de administrador.
kind-RESET_PASSWORD = Restablecer la contraseña de un usuario, con un enlace de un solo uso o una contraseña temporal; la anterior y todas las sesiones terminan.
kind-REVOKE_SESSIONS = Terminar todas las sesiones de un usuario.
kind-ADD_DOMAIN = Añadir un nombre de dominio, que se demuestra con un registro TXT.
kind-VERIFY_DOMAIN = Buscar la prueba de un nombre de dominio, y verificarlo.
kind-SET_DEFAULT_DOMAIN = Elegir el nombre de dominio con el que se añaden usuarios.
kind-REMOVE_DOMAIN = Dejar un nombre de dominio con el que nadie inicia sesión.
kind-REGISTER_DEVICE = Registrar un dispositivo.
kind-RETIRE_DEVICE = Retirar un dispositivo.
kind-WIPE_DEVICE = Borrar un dispositivo.
kind-ACCEPT_OFFER = Aceptar una oferta, entera o en partes.
kind-DECLINE_OFFER = Rechazar una oferta.
kind-LOWER_GRANT = Bajar el rol máximo de un consentimiento abierto.
kind-SHORTEN_GRANT = Adelantar el final de un consentimiento abierto.
kind-CLEAN_UP_GRANT = Quitar los roles de administrador dados bajo un consentimiento, y terminar las contraseñas puestas bajo él.
kind-GIVE_BACK_ROLES = Devolver los roles de administrador que los delegados quitaron bajo un consentimiento.
kind-UPDATE_ACCOUNT_RULES = Fijar las reglas de la cuenta: cómo se entregan contraseñas, qué deben dejar los delegados en el registro, y si pueden hacerse con el inicio de sesión de administradores.
kind-EXPORT_RECORD = Exportar el registro, o una parte.
kind-HOLD_GRANT = Poner en pausa un consentimiento.
kind-LIFT_GRANT = Levantar la pausa que puso el propio lado.
kind-END_GRANT = Terminar un consentimiento para siempre.
kind-CLOSE_PREPARED = Cerrar lo que dejó preparado bajo un consentimiento alguien del partner que ya no tiene el rol.
