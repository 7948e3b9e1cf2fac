"""Whose a call is, and who gets it when its worker died."""

from concurrent.futures import ThreadPoolExecutor

from voiced.fleet.owners import Owner, Owners, sweep

FIRST, SECOND = Owner(0, 100), Owner(1, 200)


def everybody_lives(_owner):
    return True


def nobody_lives(_owner):
    return False


def claim(owners, best, is_alive=everybody_lives):
    return owners.claim("twilio", "CA1", is_alive, lambda: best)


def test_a_call_stays_with_the_worker_that_took_it(tmp_path):
    assert claim(Owners(tmp_path, FIRST), best=0) == FIRST
    assert claim(Owners(tmp_path, SECOND), best=1) == FIRST


def test_a_call_that_is_for_another_is_not_written_down(tmp_path):
    assert claim(Owners(tmp_path, FIRST), best=1).number == 1
    assert claim(Owners(tmp_path, SECOND), best=1) == SECOND


def test_a_dead_worker_s_call_goes_on_and_its_deaths_are_counted(tmp_path):
    claim(Owners(tmp_path, FIRST), best=0)
    assert claim(Owners(tmp_path, SECOND), best=1, is_alive=nobody_lives) == Owner(1, 200, heirs=1)
    third = Owner(1, 300)
    assert claim(Owners(tmp_path, third), best=1, is_alive=nobody_lives) == Owner(1, 300, heirs=2)


def test_only_its_owner_gives_a_call_up(tmp_path):
    claim(Owners(tmp_path, FIRST), best=0)
    Owners(tmp_path, SECOND).release("twilio", "CA1")
    Owners(tmp_path, Owner(0, 101)).release("twilio", "CA1")
    assert claim(Owners(tmp_path, SECOND), best=1) == FIRST
    Owners(tmp_path, FIRST).release("twilio", "CA1")
    assert claim(Owners(tmp_path, SECOND), best=1) == SECOND


def test_of_many_who_find_a_dead_owner_one_gets_the_call(tmp_path):
    claim(Owners(tmp_path, FIRST), best=0)
    heirs = [Owners(tmp_path, Owner(number, number)) for number in range(1, 17)]
    with ThreadPoolExecutor(16) as pool:
        found = list(
            pool.map(
                lambda heir: heir.claim("twilio", "CA1", lambda owner: owner.pid != 100, lambda: heir._me.number), heirs
            )
        )
    assert len({(owner.number, owner.pid) for owner in found}) == 1


def test_a_half_written_owner_is_none_and_no_name_tells_the_call(tmp_path):
    claim(Owners(tmp_path, FIRST), best=0)
    [path] = [path for path in tmp_path.iterdir() if path.name != ".lock"]
    assert "CA1" not in path.name
    path.write_text("0")
    assert claim(Owners(tmp_path, SECOND), best=1) == SECOND
    sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == []
