from accounts.time_zones import zone_named


def test_a_zone_that_nobody_knows_is_the_default_one(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    assert zone_named("Asia/Tokyo").key == "Asia/Tokyo"
    for unknown in ("Mars/Base", "../etc/passwd", ""):
        assert zone_named(unknown).key == "Europe/Berlin"
