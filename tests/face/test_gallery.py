"""The gallery of `make scenes` shows every picture with its verdict, whoever took it."""

from tests.gallery import Gallery

PHONE = ((390, 844), "dark", "de")
ADDRESS = "http://localhost/bell/"


def take(gallery: Gallery, *arguments) -> None:
    gallery.add(*arguments).write_bytes(b"")


def test_pictures_of_several_processes_stand_on_one_page(tmp_path):
    one, other = Gallery(tmp_path), Gallery(tmp_path)
    take(one, "bell", PHONE, ADDRESS, [])
    take(other, "story", None, ADDRESS, None)
    one.write()
    other.write()
    page = (tmp_path / "index.html").read_text()
    assert "2 pictures, 2 scenes" in page
    assert 'src="bell-390-dark-de.png"' in page
    assert "only taken" in page


def test_faults_are_told_and_do_not_break_the_page(tmp_path):
    gallery = Gallery(tmp_path)
    take(gallery, "bell", PHONE, ADDRESS, ["axe: <img src=x>"])
    gallery.write()
    page = (tmp_path / "index.html").read_text()
    assert "1 with faults" in page
    assert "axe: &lt;img src=x&gt;" in page


def test_a_picture_taken_again_replaces_its_verdict(tmp_path):
    for faults in (["axe: something"], []):
        gallery = Gallery(tmp_path)
        take(gallery, "bell", PHONE, ADDRESS, faults)
        gallery.write()
    assert "No faults" in (tmp_path / "index.html").read_text()
