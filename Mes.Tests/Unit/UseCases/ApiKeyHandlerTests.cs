using Mes.Application.ApiKeys;
using Mes.Application.ApiKeys.CreateApiKey;
using Mes.Application.ApiKeys.RevokeApiKey;
using Mes.Domain.Callers;
using Microsoft.Extensions.Time.Testing;
using Moq;
using NUnit.Framework;

namespace Mes.Tests.Unit.UseCases;

[Category("Unit")]
internal sealed class ApiKeyHandlerTests
{
    private readonly FakeTimeProvider _clock = new(Given.Noon);

    [Test]
    public async Task Of_an_issued_key_only_the_hash_is_kept()
    {
        ApiKey? kept = null;
        var keys = new Mock<IApiKeyRepository>();
        keys.Setup(k => k.Add(It.IsAny<ApiKey>())).Callback((ApiKey key) => kept = key);

        var issued = (await new CreateApiKeyHandler(keys.Object, _clock)
            .Handle(new CreateApiKey(Role.Seller, "alpha", Live: true), CancellationToken.None)).Value;

        Assert.That(issued.IsLive);
        Assert.That((kept!.Id, kept.Caller, kept.CreatedAt, kept.RevokedAt),
            Is.EqualTo((issued.Id, Given.Alpha, Given.Noon, (DateTimeOffset?)null)));
        Assert.That(kept.SecretHash, Is.EqualTo(ApiKeyText.Hash(issued.Secret)));
    }

    [Test]
    public async Task A_revoked_key_says_whose_it_was()
    {
        var key = ApiKey.Issue("id", [], Given.Alpha, Given.Noon);
        var keys = new Mock<IApiKeyRepository>();
        keys.Setup(k => k.FindAsync("id", It.IsAny<CancellationToken>())).ReturnsAsync(key);

        var result = await new RevokeApiKeyHandler(keys.Object, _clock)
            .Handle(new RevokeApiKey("id"), CancellationToken.None);

        Assert.That((result.Value, key.RevokedAt), Is.EqualTo((Given.Alpha, (DateTimeOffset?)Given.Noon)));
    }

    [Test]
    public async Task A_key_that_is_not_there_cannot_be_revoked()
    {
        var result = await new RevokeApiKeyHandler(Mock.Of<IApiKeyRepository>(), _clock)
            .Handle(new RevokeApiKey("id"), CancellationToken.None);

        Assert.That(result.Error?.Code, Is.EqualTo("not-found"));
    }
}
