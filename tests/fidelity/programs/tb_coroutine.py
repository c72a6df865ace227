import asyncio


async def forgotten():
    pass


async def child():
    await asyncio.sleep(0)
    raise KeyError("in a task")


async def main():
    forgotten()
    async with asyncio.TaskGroup() as group:
        group.create_task(child())
        group.create_task(asyncio.sleep(0))


asyncio.run(main())
