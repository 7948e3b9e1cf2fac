"""What people do on the phone, whatever carrier they came by: callers of the flows of `worker_house`; one called."""

from worker_house import NAME, OUI, WHERE


async def consents(phone, heard):
    await heard("Gardons-nous")
    await phone.say(OUI)
    await heard("Votre nom")
    await phone.say(NAME)
    await phone.wait_end()


async def refuses(phone, heard):
    await heard("Gardons-nous")
    phone.press("2")
    await heard("Votre nom")
    await phone.say(NAME)
    await phone.wait_end()


async def asks_for_a_tool(phone, heard):
    await heard("Que faire")
    await phone.say(WHERE)
    await heard("Nous sommes à Rennes.")
    await heard("Que faire")
    phone.press("0")
    await phone.wait_end()


async def cuts_in(phone, heard):
    await heard("Que faire")
    await phone.wait_quiet(0.15)  # what is heard next is the long sentence
    phone.press("3")
    await phone.wait_until(await phone.wait_for_agent() + 0.8)
    await phone.say(WHERE)
    await heard("Nous sommes à Rennes.")
    phone.press("0")
    await phone.wait_end()


async def leaves(_phone, heard):
    await heard("Bonjour")


async def wants_a_person(phone, heard):
    await heard("Que faire")
    phone.press("2")
    await phone.wait_end()


async def answers(phone):
    await phone.wait(0.3)
