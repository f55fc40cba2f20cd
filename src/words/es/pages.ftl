# Lo que rodea cada página, y las páginas con un solo mensaje.

places = Sus páginas
place-grants = Acceso
place-hands = Inicios de sesión
place-record = Registro
place-rules = Reglas
place-partner = Ofertas
place-clients = Clientes
place-people = Personas
place-me = Usted
contact-platform = ¿Preguntas sobre { $platform }? { $contact }
incomplete = El formulario no está completo
incomplete-text = Vuelva atrás, rellene todo el formulario y envíelo otra vez.
failed = No ha funcionado
failed-forbidden = Esto no lo puede ver
own-page = Su propia página
own-page-says = dice quién administra su cuenta y qué puede hacer usted.
missing = Esta página no existe
missing-text = Compruebe la dirección.
error-overloaded = El servidor está demasiado ocupado. Inténtelo otra vez en un momento.
error-storage = El servidor no puede guardar nada más: su disco está lleno o no se puede escribir. No se ha hecho nada. Avise a su operador.
error-unsure = Se perdió la base de datos mientras se guardaba: puede que se haya hecho o que no. Mire el registro antes de intentarlo otra vez.
error-internal = El servidor ha fallado. Diga a su operador el identificador de la solicitud de esta respuesta.
more-first = Aquí solo se muestran los primeros.
more-newest = Aquí solo se muestran los más recientes.
none = ninguno
one-role-DIRECTORY_READER = lector del directorio
one-role-GUEST_INVITER = invitador de huéspedes
one-role-PASSWORD_ADMIN = administrador de contraseñas
one-role-MESSAGE_CENTER_READER = lector del centro de mensajes
one-role-REPORTS_READER = lector de informes
one-role-HELPDESK_ADMIN = administrador del servicio de ayuda
one-role-USER_ADMIN = administrador de usuarios
one-role-GROUPS_ADMIN = administrador de grupos
one-role-GLOBAL_ADMIN = administrador global
state-ACTIVE = activo
state-HELD = en pausa
state-EXPIRED = vencido
state-ENDED = terminado

## Inicio de sesión y contraseñas

sign-in = Iniciar sesión
sign-in-name = Nombre de inicio de sesión
sign-in-such-as = Por ejemplo
sign-in-password = Contraseña
sign-in-lost-form = Su sesión había terminado, y lo que envió no se ha hecho. Inicie sesión y hágalo otra vez.
sign-in-lost = ¿Ha perdido su contraseña? Un administrador de su organización la restablece. Si ninguno de ellos puede iniciar sesión, pida a los operadores de esta plataforma que recuperen a uno.
password-new-title = Elija una contraseña nueva
password-first-title = Elija su contraseña
password-temporary = Ha iniciado sesión con una contraseña temporal. Solo sirve para elegir una propia.
password-ends-sessions = Con la contraseña antigua terminan todas sus demás sesiones.
password-the-temporary = La contraseña temporal
password-the-present = La contraseña actual
password-new = Contraseña nueva
password-hint = Al menos { $least } caracteres. Unas cuantas palabras al azar sirven bien; no hace falta mezclar cifras y signos.
password-again = La misma otra vez
password-choose = Elegir esta contraseña
password-wrong = La contraseña actual no es correcta.
password-differ = Las dos contraseñas no son iguales.
password-set = Su contraseña está establecida
password-set-text = Ya puede iniciar sesión con ella. Este enlace ha cumplido su cometido.
password-set-recovered = Durante { $hours } horas puede pausar, reducir y terminar consentimientos, y nada más: así se puede detener si no ha sido usted.
enrol-intro = Se ha creado una cuenta para usted. Elija su contraseña para empezar.
reset-intro-stands = Hasta que lo haga, vale la antigua. Después termina, y con ella todas sus sesiones.
reset-intro = Se ha restablecido su contraseña. La antigua ya no sirve; elija una nueva.
recover-intro = Se ha recuperado su inicio de sesión. Elija una contraseña nueva; terminan todas las sesiones y enlaces anteriores.
organization = Organización

## Confirmar un contacto

contact-title = Confirme su contacto
contact-intro = { $name }, los enlaces para elegir una contraseña de su cuenta se enviarán a esta dirección. Confirme que es suya.
contact-address = Dirección
contact-confirm = Confirmar esta dirección
contact-not-you = Si no lo esperaba, no haga nada y avise a un administrador de { $organization }.
contact-confirmed = Su contacto está confirmado
contact-confirmed-text = Desde ahora los enlaces para elegir una contraseña se envían aquí.

## Recuperaciones

recovery-title = Detener una recuperación
recovery-question = ¿Detener esta recuperación?
recovery-redeemed = Unos operadores han vuelto a dejar entrar a un administrador global de { $organization }, y con el enlace se eligió una contraseña nueva. Si no fue { $name }, deténgalo: terminan sus sesiones, y la contraseña y el contacto vuelven a ser los de antes.
recovery-running = Unos operadores están volviendo a dejar entrar a un administrador global de { $organization }, porque alguien lo pidió. Si no fue nadie de { $organization }, o si la dirección no es correcta, deténgalo.
recovery-who = A quién afecta
recovery-address = Dirección del enlace
recovery-started = Iniciada
recovery-link = El enlace
recovery-link-used = se ha usado
recovery-link-sent = se ha enviado
recovery-link-due = se envía el { $due }
recovery-link-waits = se envía cuando un segundo operador lo apruebe y pase un tiempo de espera
recovery-stop = Detener esta recuperación
recovery-right = Si es correcto, no haga nada.
recovery-stopped = La recuperación está detenida
recovery-stopped-text = El enlace, si se envió uno, ya no lleva a ninguna parte. Si con él se eligió una contraseña, sus sesiones han terminado, y la contraseña y el contacto vuelven a ser los de antes.
recovery-stopped-told = A todos los que supieron de la recuperación se les avisa también de esto. Si todavía hace falta, los operadores inician otra.

## Una organización nueva

sign-up-title = Una organización nueva
sign-up-intro = Para aceptar la oferta, su organización necesita una cuenta aquí. Un enlace que recibe por correo demuestra su dirección; no se crea nada antes de que lo abra.
sign-up-organization = Nombre de su organización
sign-up-slug = Su dominio inicial
sign-up-slug-hint = Letras de la a a la z, cifras y guiones. Su propio dominio se puede añadir después. Es:
sign-up-slug-choice = su-elección
sign-up-name = Su nombre
sign-up-sign-in-name = Su nombre de inicio de sesión, antes de la @
sign-up-contact = Su dirección de correo
sign-up-send = Enviarme el enlace
sign-up-sent = Mire su correo
sign-up-sent-text = Se ha enviado un enlace a { $contact }. Ábralo para crear { $organization } y para elegir su contraseña.
sign-up-sent-again = Antes no se crea nada. Quien lo pida otra vez para el mismo buzón recibe el siguiente enlace en { $minutes } minutos, para la última petición.
complete-title = Crear { $organization }
complete-domain = Dominio inicial
complete-admin = Primer administrador global
complete-go = Crear la organización y continuar

## No más ofertas

unsubscribe-title = No más ofertas
unsubscribe-question = ¿No más ofertas a { $address }?
unsubscribe-text = Si pulsa el botón, ningún socio podrá enviar ofertas a esta dirección a través de este servidor. Su propia cuenta, si la tiene, no cambia.
unsubscribe-go = No enviarme más ofertas
unsubscribe-done = Hecho: ningún socio puede ya enviar ofertas a { $address } a través de este servidor.

## Notas y recibos

verify-title = Comprobar una nota o un recibo
verify-holds = Es válido, y el registro sigue diciendo lo mismo
verify-fails = Es válido, y el registro ya no dice lo mismo
verify-record = Registro de
verify-entries = Entradas entonces
verify-last = La última
verify-link = Su eslabón
verify-act = El acto que demuestra
verify-what = Qué
verify-when = Cuándo
verify-by = Por
verify-terms = Condiciones, palabra por palabra
verify-proves = Lo que demuestra: este servidor firmó que el registro de { $domain } tenía entonces { $size } entradas, y su entrada { $size } sigue siendo la misma. Si también lo son todas las anteriores, lo muestra una exportación completa, que la orden de abajo compara con este archivo. No demuestra nada de lo que vino después.
verify-disproves = Lo que demuestra: este servidor firmó que el registro de { $domain } tenía entonces { $size } entradas. Su entrada { $size } es ahora otra, o ya no está. O bien los operadores de la plataforma declararon una pérdida, de la que sus administradores recibieron un correo, o bien se cambió el registro. Guarde el archivo: es su prueba.
verify-intro = Una nota dice dónde terminaba un registro; un recibo demuestra un acto en él. Ambos llegaron con correos de este servidor. Aquí nadie tiene que iniciar sesión, y no se guarda nada de lo que envía. Para comprobarlo sin este servidor, vea su documentación del registro.
verify-paste = Péguelo aquí, desde la primera línea hasta la última
verify-file = O elija el archivo, o arrástrelo aquí
verify-go = Comprobar
verify-no-receipt = Esto no es un recibo: se le ha añadido algo, o falta algo. Use el archivo tal como llegó con el correo.
verify-bad-receipt = Este recibo no es válido: { $fault }.
verify-neither = Esto no es ni una nota ni un recibo: se le ha añadido algo, o falta algo. Use el archivo adjunto al correo, tal como llegó; el correo mismo no lo es.
verify-signature = La firma no es de este servidor: se cambió el texto, o es de otro servidor.
act-unknown = Un acto que este servidor no conoce.
not-a-day = Elija un día del calendario.

## La contraseña otra vez

confirm-title = Escriba otra vez su contraseña
confirm-text = Hace falta porque inició sesión hace más de cinco minutos. Todavía no se ha hecho nada.
confirm-wrong = La contraseña no es correcta. Todavía no se ha hecho nada.
confirm-go = Continuar
skip = Ir al contenido
end-of-day = el final del { $day } (UTC)
list-none-yet = Ninguno entre los que se han mirado hasta ahora; hay más.
called-in-hands = { $name }, cuyo inicio de sesión puede tener { $partners }
foreign-form = No se ha aceptado el formulario
foreign-form-text = El formulario llegó de una página de otro sitio, o el navegador no dijo de qué página. No se ha hecho nada.
foreign-form-do = Abra la página aquí, con la dirección que le dieron, y envíe otra vez su formulario. Si usa una extensión que oculta de dónde vienen las peticiones, desactívela para este sitio.
foreign-form-proxy = Si este servidor está detrás de un proxy: el proxy tiene que pasar sin cambios las cabeceras Host y Origin.
act-details = Detalles
page-cure-ROLE_REQUIRED = Pregunte a un administrador global de su organización.
page-cure-PARTS_INVALID = Para una prueba o para suscripciones, elija un plan; para la administración delegada sola, no elija ningún plan, y elija qué pueden hacer sus personas.
page-cure-PLAN_NOT_SOLD = Indique otro país, o elija otro plan.
page-cure-CAP_NOT_LOWER = Ya es lo mínimo. Para ampliarlo, acepte una oferta.
page-cure-END_NOT_EARLIER = Elija un día anterior al final del plazo. Para terminarlo ahora mismo, vea más abajo.
page-cure-MESSAGE_WITH_LINK = Quítelo, y también las direcciones de correo: la página y el correo añaden los enlaces que hacen falta.
page-cure-OFFER_WITHDRAWN = Ya no se puede responder ni enviar; se puede hacer una oferta nueva.
