import asyncio
import sys


async def child(n):
    await asyncio.sleep(n / 100)
    return n


async def main():
    print(await asyncio.gather(*(child(n) for n in (3, 1, 2))))
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "print(input())", stdin=-1, stdout=-1)
    print((await process.communicate(b"text\n"))[0], process.returncode)
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(10)
    except TimeoutError as error:
        print("timeout", repr(error))
    print(await asyncio.to_thread(sum, [1, 2]), asyncio.get_running_loop().__class__.__name__)
    server = await asyncio.start_server(lambda r, w: w.close(), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    print(await reader.read())
    writer.close()
    server.close()


asyncio.run(main())
