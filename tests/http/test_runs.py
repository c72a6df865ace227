from __future__ import annotations

from flask.testing import FlaskClient


def test_a_run_from_body_to_result(client: FlaskClient) -> None:
    answer = client.post(
        "/jobe/index.php/restapi/runs",
        json={"run_spec": {"language_id": "python3", "sourcecode": "print('hi')"}},
    )
    assert answer.status_code == 200
    assert answer.data == b'{"run_id":null,"outcome":15,"cmpinfo":"","stdout":"hi\\n","stderr":""}'
