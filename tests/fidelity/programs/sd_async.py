import asyncio


async def agen():
    try:
        yield 1
    finally:
        print("async generator closed")


async def background():
    try:
        await asyncio.sleep(100)
    finally:
        print("cancelled")


async def main():
    asyncio.create_task(background())
    async for x in agen():
        print(x)
        break
    await asyncio.sleep(0.01)
    print("end")


asyncio.run(main())
print("closed", asyncio.get_event_loop_policy().__class__.__name__)
