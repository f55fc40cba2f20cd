# Lo que se puede escribir en cada campo. En inglés lo dice el código, con la causa exacta.

input-message = El texto tiene como máximo 1000 caracteres, y ninguno invisible.
input-reply = El texto tiene como máximo 1000 caracteres, y ninguno invisible.
input-note = La nota tiene como máximo 1000 caracteres, sin caracteres invisibles.
input-ticket = El número de tique tiene como máximo 100 caracteres, en una línea, sin caracteres invisibles.
input-term = La duración no es una de las que se pueden elegir.
input-expiresAt = El día está en el futuro, y no después del final de la concesión.
input-seats = Una suscripción tiene al menos una licencia; el número se escribe con cifras.
input-mostSeats = El mayor número de licencias no es menor que el que se propone.
input-location = El país se escribe con las dos letras de su código, como ES.
input-usageLocation = El país se escribe con las dos letras de su código, como ES.
input-items = Una oferta de compra o de prueba tiene un plan, y una de administración delegada no tiene ninguno.
input-kind = Ese tipo de oferta no existe.
input-role = Ese rol no existe.
input-plan = Ese plan no existe.
input-language = No hay textos en ese idioma.
input-contact = Una dirección de correo tiene la forma nombre@example.com y como máximo 254 caracteres.
input-slug = La primera parte del dominio tiene de 1 a 40 letras sin acento, cifras y guiones sueltos, y empieza y termina con una letra o una cifra.
input-organizationName = El nombre de la organización tiene de 1 a 120 caracteres, en una línea, sin caracteres invisibles.
input-adminName = El nombre tiene de 1 a 120 caracteres, en una línea, sin caracteres invisibles.
input-adminSignInName = El nombre de inicio de sesión tiene letras, cifras, puntos, guiones y guiones bajos, delante de @ y del dominio.
input-search = La búsqueda tiene como máximo 100 caracteres.
