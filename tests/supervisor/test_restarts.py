"""When a process that died is started again, and when not."""

from voiced.supervisor.restarts import MOST, STEADY, WINDOW, Again, GiveUp, Restarts


def die(restarts, times, apart=1.0, since=0.0):
    """Let it die soon after each start."""
    return [restarts.ended(since + each * apart, since + each * apart + 0.1) for each in range(times)]


def test_one_that_ran_well_is_started_again_at_once():
    assert Restarts().ended(0.0, STEADY) == Again(0.0)


def test_one_that_cannot_start_waits_longer_each_time_and_is_given_up():
    verdicts = die(Restarts(), MOST + 1)
    delays = [verdict.delay for verdict in verdicts[:-1]]
    assert delays == sorted(set(delays))
    assert delays[0] > 0
    assert verdicts[-1] == GiveUp(MOST + 1)


def test_one_that_runs_well_but_dies_all_the_time_is_given_up_too():
    restarts = Restarts()
    verdicts = [restarts.ended(each * 11.0, each * 11.0 + STEADY) for each in range(MOST + 1)]
    assert verdicts[:-1] == [Again(0.0)] * MOST
    assert isinstance(verdicts[-1], GiveUp)


def test_deaths_of_long_ago_do_not_count():
    restarts = Restarts()
    die(restarts, MOST)
    assert isinstance(restarts.ended(WINDOW * 2, WINDOW * 2 + STEADY), Again)
    assert not any(isinstance(verdict, GiveUp) for verdict in die(restarts, MOST, since=WINDOW * 4))


def test_one_that_is_forgiven_begins_anew():
    restarts = Restarts()
    first, *_ = die(restarts, MOST + 1)
    restarts.forgive()
    assert die(restarts, 1, since=10.0) == [first]
