using MediatR;
using Mes.Application.Paging;
using Mes.Domain.Callers;
using Mes.Domain.Results;

namespace Mes.Application.ApiKeys.ListApiKeys;

internal sealed class ListApiKeysHandler(IApiKeyReader keys, ICursorProtector cursors)
    : IRequestHandler<ListApiKeys, Result<ApiKeyPage>>
{
    public async Task<Result<ApiKeyPage>> Handle(ListApiKeys query, CancellationToken cancellationToken)
    {
        if (query.Caller.Role == Role.Seller && query.SellerId is { } sellerId && sellerId != query.Caller.Id)
        {
            return ApiKeyErrors.OtherSeller;
        }

        var after = cursors.ReadText(query.Cursor, query.CursorScope);
        if (!after.IsSuccess)
        {
            return after.Error;
        }

        var found = await keys.ListAsync(
            query.Role,
            query.ListedSellerId,
            after.Value is { } position ? ApiKeyPosition.Read(position) : null,
            query.Limit + 1,
            cancellationToken);
        return found.Count <= query.Limit
            ? new ApiKeyPage(found, null)
            : new ApiKeyPage([.. found.Take(query.Limit)], CursorBehind(found[query.Limit - 1]));

        string CursorBehind(ApiKeyDocument last) =>
            cursors.ProtectText(new ApiKeyPosition(last.CreatedAt, last.Id).Write(), query.CursorScope);
    }
}
