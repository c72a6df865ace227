import http.server
import threading
import urllib.request


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, *_):
        pass


with http.server.ThreadingHTTPServer(("localhost", 0), Handler) as server:
    threading.Thread(target=server.serve_forever).start()
    with urllib.request.urlopen(f"http://localhost:{server.server_port}/path?x=1") as answer:
        print(answer.status, answer.read())
    server.shutdown()
