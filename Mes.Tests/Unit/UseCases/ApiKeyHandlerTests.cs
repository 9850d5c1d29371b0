using Mes.Application.ApiKeys;
using Mes.Application.ApiKeys.CreateApiKey;
using Mes.Application.ApiKeys.RevokeApiKey;
using Mes.Domain.Callers;
using Moq;
using NUnit.Framework;

namespace Mes.Tests.Unit.UseCases;

[Category("Unit")]
internal sealed class ApiKeyHandlerTests
{
    [Test]
    public async Task Of_an_issued_key_only_the_hash_is_kept()
    {
        ApiKey? kept = null;
        var keys = Keys();
        keys.Setup(k => k.Add(It.IsAny<ApiKey>())).Callback((ApiKey key) => kept = key);

        var issued = (await new CreateApiKeyHandler(keys.Object)
            .Handle(Given.NewKey(Role.Seller, "alpha", live: true), CancellationToken.None)).Value.Text;

        Assert.That(issued.IsLive);
        Assert.That((kept!.Id, kept.Caller, kept.CreatedAt, kept.RevokedAt),
            Is.EqualTo((issued.Id, Given.Alpha, Given.Noon, (DateTimeOffset?)null)));
        Assert.That(kept.SecretHash, Is.EqualTo(ApiKeyText.Hash(issued.Secret)));
    }

    [Test]
    public async Task A_revoked_key_says_whose_it_was()
    {
        var key = ApiKey.Issue("id", [], Given.Alpha, Given.Noon);
        var keys = Keys();
        keys.Setup(k => k.FindAsync("id", It.IsAny<CancellationToken>())).ReturnsAsync(key);

        var result = await new RevokeApiKeyHandler(keys.Object)
            .Handle(new RevokeApiKey("id"), CancellationToken.None);

        Assert.That((result.Value, key.RevokedAt), Is.EqualTo((Given.Alpha, (DateTimeOffset?)Given.Noon)));
    }

    [Test]
    public async Task A_key_that_is_not_there_cannot_be_revoked()
    {
        var result = await new RevokeApiKeyHandler(Keys().Object)
            .Handle(new RevokeApiKey("id"), CancellationToken.None);

        Assert.That(result.Error?.Code, Is.EqualTo("not-found"));
    }

    [TestCase("crm", "crm")]
    [TestCase("CRM, nightly run", "CRM-nightly-run")]
    [TestCase("ä!", "service")]
    [TestCase(null, "service")]
    public async Task A_service_stands_in_the_history_under_its_name(string? name, string callerId)
    {
        var keys = Keys();

        var issued = (await new CreateApiKeyHandler(keys.Object)
            .Handle(Given.NewKey(Role.Service, name, live: true), CancellationToken.None)).Value;

        Assert.That((issued.Stored.CallerId, issued.Stored.Name), Is.EqualTo((callerId, name)));
    }

    [TestCase(19, null)]
    [TestCase(20, "too-many-keys")]
    public async Task A_seller_has_at_most_twenty_live_keys(int live, string? error)
    {
        var keys = Keys();
        keys.Setup(k => k.CountLiveAsync(Given.Alpha, Given.Noon, It.IsAny<CancellationToken>())).ReturnsAsync(live);

        var result = await new CreateApiKeyHandler(keys.Object)
            .Handle(Given.NewKey(Role.Seller, "alpha", live: true), CancellationToken.None);

        Assert.That(result.Error?.Code, Is.EqualTo(error));
    }

    /// <summary>Without any key, at noon.</summary>
    private static Mock<IApiKeyRepository> Keys()
    {
        var keys = new Mock<IApiKeyRepository>();
        keys.Setup(k => k.BeginChangeAsync(It.IsAny<CancellationToken>())).ReturnsAsync(Given.Noon);
        return keys;
    }
}
