from __future__ import annotations

import pytest
from flask.testing import FlaskClient

BASES = [base + index + "/restapi" for base in ("", "/jobe") for index in ("", "/index.php")]
RUN = {"run_spec": {"language_id": "python3", "sourcecode": "print('hi')"}}


@pytest.mark.parametrize("end", ["", "/", "//"])
@pytest.mark.parametrize("base", BASES)
def test_each_resource_is_under_each_address(client: FlaskClient, base: str, end: str) -> None:
    assert client.get(f"{base}/languages{end}").get_json() == [["python3", "3.11.2"]]
    assert client.post(f"{base}/runs{end}", json=RUN).get_json()["outcome"] == 15
    body = {"file_contents": "eA=="}
    assert client.put(f"{base}/files/abcdefgh{end}", json=body).status_code == 204
    assert client.head(f"{base}/files/abcdefgh{end}").status_code == 204


@pytest.mark.parametrize("path", ["/jobe//index.php//restapi/languages", "//restapi///languages//"])
def test_doubled_slashes_mean_one(client: FlaskClient, path: str) -> None:
    assert client.get("/", environ_overrides={"PATH_INFO": path}).get_json() == [
        ["python3", "3.11.2"]
    ]


@pytest.mark.parametrize("path", ["/restapi/Languages", "/index.php/jobe/restapi/runs", "/jobe"])
def test_other_addresses_are_nothing(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.data) == (404, b'""')


@pytest.mark.parametrize("path", ["/jobe/index.php/healthz", "/jobe/metrics", "/restapi/readyz"])
def test_the_servers_own_pages_are_not_under_jobes_addresses(
    client: FlaskClient, path: str
) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "TRACE", "X"])
@pytest.mark.parametrize("resource", ["languages", "runs", "files", "files/abcdefgh", "zork"])
def test_a_wrong_method_is_nothing_too(client: FlaskClient, method: str, resource: str) -> None:
    right = {("GET", "languages"), ("POST", "runs"), ("PUT", "files/abcdefgh")}
    if (method, resource) not in right:
        response = client.open(f"/restapi/{resource}", method=method)
        assert response.status_code == 404
        assert response.data in (b'""', b"")
        assert "Allow" not in response.headers


@pytest.mark.parametrize("file_id", ["a-b", "a.b", "a_b", "é", "a b", "a%0a", "%2e%2e%2fx"])
def test_file_ids_are_letters_and_digits(client: FlaskClient, file_id: str) -> None:
    body = {"file_contents": "eA=="}
    assert client.put(f"/restapi/files/{file_id}", json=body).status_code == 404
    assert client.head(f"/restapi/files/{file_id}").status_code == 404
