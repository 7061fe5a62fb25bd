"""What strangers send is refused, never an error of ours."""

import pytest


@pytest.mark.parametrize("path", ["/dingtalk/callback", "/wecom/app/callback"])
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_body_that_is_not_what_it_says_is_refused(bot, path, encoding):
    answer = await bot.client.post(path, data=b"hello", headers={"Content-Encoding": encoding})

    assert answer.status == 400


@pytest.mark.parametrize("path", ["/dingtalk/callback", "/wecom/app/callback"])
async def test_a_body_over_the_limit_is_refused(bot, path):
    answer = await bot.client.post(path, data=b"x" * (64 * 1024 + 1))

    assert answer.status == 413
